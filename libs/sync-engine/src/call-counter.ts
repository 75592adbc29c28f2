import { AsyncLocalStorage } from 'node:async_hooks';

export interface CallCounter {
  calls: number;
}

const counting = new AsyncLocalStorage<CallCounter>();

/** Runs `work`; every provider call attempted within it raises the counter, also when the work fails in the end. */
export function countingCalls<T>(counter: CallCounter, work: () => Promise<T>): Promise<T> {
  return counting.run(counter, work);
}

/** Called for each attempt of a provider call. */
export function noteCall(): void {
  const counter = counting.getStore();
  if (counter) counter.calls += 1;
}
