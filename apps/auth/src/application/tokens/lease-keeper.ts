import { messageOf } from '@firmbridge/contracts';
import type { Logger } from '@nestjs/common';

export interface KeptLease {
  readonly everyMs: number;
  readonly extend: () => Promise<unknown>;
  readonly logger: Logger;
}

/**
 * Runs the work and extends the lease as long as it takes: a lease can be short, so that a dead holder is soon followed, and
 * the work long. A lease that cannot be extended runs out; the generation fences what the work stores all the same.
 */
export async function withLease<T>({ everyMs, extend, logger }: KeptLease, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    extend().catch((error: unknown) => logger.warn(`A lease could not be extended: ${messageOf(error)}`));
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
