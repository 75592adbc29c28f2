import type { Database } from '@firmbridge/database';
import { sweepInbox } from '@firmbridge/messaging';
import type { Logger } from 'pino';

const dayMs = 86_400_000;
const firstAfterMs = 60_000;

/** Once a day, and soon after the start, forgets messages that were handled so long ago that none of them can come again. */
export function sweepDaily(database: Database, logger: Logger): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const sweep = () => {
    running = sweepInbox(database).then(
      (rows) => logger.debug({ rows }, 'swept the inbox'),
      (error: unknown) => logger.error({ err: error }, 'the inbox could not be swept; tried again tomorrow'),
    );
  };
  const first = setTimeout(sweep, firstAfterMs);
  const daily = setInterval(sweep, dayMs);
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(daily);
      await running;
    },
  };
}
