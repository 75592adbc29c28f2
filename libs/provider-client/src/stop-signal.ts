export type StopCause = 'caller' | 'deadline' | 'attempt';

/** The reason of an abort that this library made. */
export class Stop extends Error {
  constructor(
    readonly by: StopCause,
    cause?: unknown,
  ) {
    super(`stopped by ${by}`, { cause });
    this.name = 'Stop';
  }
}

export interface StopSignal {
  readonly signal: AbortSignal;
  /** Ends the timer and lets go of the parent. */
  readonly release: () => void;
}

export interface StopOptions {
  readonly parent?: AbortSignal | undefined;
  readonly afterMs: number;
  readonly by: StopCause;
}

const longestTimerMs = 2_147_483_647;

/** A signal of its own that aborts after a time or with its parent, and leaves nothing behind on either. */
export function stopSignal({ parent, afterMs, by }: StopOptions): StopSignal {
  const controller = new AbortController();
  const withParent = (): void => controller.abort(asStop(parent?.reason));
  const timer = setTimeout(() => controller.abort(new Stop(by)), Math.min(Math.max(afterMs, 0), longestTimerMs));
  if (parent?.aborted) withParent();
  else parent?.addEventListener('abort', withParent, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      parent?.removeEventListener('abort', withParent);
    },
  };
}

/** Who stopped it, or null while it goes on. */
export function stoppedBy(signal: AbortSignal): StopCause | null {
  return signal.aborted ? asStop(signal.reason).by : null;
}

/** Gives up waiting for work that knows no signal. */
export function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(asStop(signal.reason));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const rest = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await untilStopped(rest, signal);
  } finally {
    clearTimeout(timer);
  }
}

function asStop(reason: unknown): Stop {
  return reason instanceof Stop ? reason : new Stop('caller', reason);
}
