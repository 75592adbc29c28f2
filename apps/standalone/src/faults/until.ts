import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@firmbridge/contracts';

export interface UntilOptions {
  readonly timeoutMs: number;
  readonly what: () => string;
  readonly intervalMs?: number;
}

/** Looks again and again until the condition holds; after the time is over it throws, saying what it waited for. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { timeoutMs, what, intervalMs = 20 }: UntilOptions,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new AppError('unavailable', 'faults.waited_in_vain', `Not within ${timeoutMs / 1000} s: ${what()}`);
    }
    await wait(intervalMs);
  }
}
