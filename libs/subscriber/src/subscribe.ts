import { AppError } from '@firmbridge/contracts';
import { checkDefinition } from './definition.js';
import type { Inbox } from './inbox.js';
import { checkQueueName } from './names.js';
import { settingsOf, type SubscribeOptions, type Subscription } from './subscribe-options.js';
import { RunningSubscription } from './subscription.js';

/**
 * Declares the subscriber's queue and hands its events to the handlers, until it is stopped: over lost connections and a
 * restarted broker. Rejects with an AppError that says what is wrong when it cannot begin.
 */
export async function subscribe<Box extends Inbox<unknown> | undefined = undefined>(
  options: SubscribeOptions<Box>,
): Promise<Subscription> {
  const settings = settingsOf(options);
  checkDefinition(settings);
  checkQueueName(settings.queue, settings.namespace);
  checkNumbers(settings);
  if (settings.startFrom !== undefined && settings.newestOnly !== true) {
    const message = 'startFrom needs newestOnly: what the current state has told comes again as a live event.';
    throw new AppError('validation', 'subscriber.needs_newest_only', message);
  }
  await settings.inbox?.check?.();
  const subscription = new RunningSubscription(settings);
  try {
    await subscription.start();
    return subscription;
  } catch (error) {
    await subscription.stop();
    throw error;
  }
}

function checkNumbers({ concurrency, retryDelaysMs }: { concurrency: number; retryDelaysMs: readonly number[] }): void {
  const isCount = (value: number) => Number.isInteger(value) && value > 0;
  if ([concurrency, ...retryDelaysMs].every(isCount)) return;
  const message = 'concurrency and each of retryDelaysMs must be a whole number above 0.';
  throw new AppError('validation', 'subscriber.wrong_number', message);
}
