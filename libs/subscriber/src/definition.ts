import { AppError } from '@firmbridge/contracts';
import { checkHandlers, type Handlers } from './handlers.js';
import type { Inbox, TxOf } from './inbox.js';

/** What a subscriber is, wherever it runs: on a broker, in a replay, on the test kit. */
export interface Definition<Box extends Inbox<unknown> | undefined = undefined> {
  /** Full name of the subscriber's own queue: `billing.overdue-bills`. It also names its inbox. */
  readonly queue: string;
  readonly on: Handlers<TxOf<NoInfer<Box>>>;
  /** Without one an event may be handled more than once. */
  readonly inbox?: Box;
  /**
   * For those who keep the newest state of entities: an event that is older than one handled before is stale and not handled.
   * Default false, for those who keep or tell what happened: every event is handled, in whatever order they come. Needs an inbox.
   */
  readonly newestOnly?: boolean;
}

/** Gives a definition its types where it is written, to be run elsewhere. */
export function defineSubscription<Box extends Inbox<unknown> | undefined = undefined>(
  definition: Definition<Box>,
): Definition<Box> {
  return definition;
}

/** Throws an AppError that says what is wrong with a definition. */
export function checkDefinition({
  on,
  inbox,
  newestOnly,
}: {
  on: object;
  inbox?: unknown;
  newestOnly?: boolean;
}): void {
  checkHandlers(on);
  if (newestOnly !== true || inbox !== undefined) return;
  const message = 'newestOnly needs an inbox: without one nothing is known of the versions that were handled.';
  throw new AppError('validation', 'subscriber.no_inbox', message);
}
