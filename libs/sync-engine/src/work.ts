import type { Tx } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';

/** What every step of the engine needs: the transaction it belongs to, and who does it when. */
export interface Work {
  readonly tx: Tx;
  readonly outbox: Outbox;
  readonly service: string;
  readonly now: Date;
}
