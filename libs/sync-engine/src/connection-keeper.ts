import { setTimeout as sleep } from 'node:timers/promises';
import {
  AppError,
  authMessages,
  newMessage,
  originFollowing,
  type Connection,
  type DataOf,
  type Message,
  type Provider,
  type Remains,
} from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import type { Inbox, Outbox } from '@firmbridge/messaging';
import type { AccessTokens } from './access-tokens.js';
import { changeConnectionStatus, connectionUnknown, establishConnection, statusOfConnection } from './connections.js';
import { isBusy, stopWork } from './stop-work.js';

export interface ConnectionKeeperOptions {
  readonly provider: Provider;
  readonly service: string;
  readonly database: Database;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly tokens: Pick<AccessTokens, 'drop'>;
  readonly clock: () => Date;
  readonly log: { info(details: object, message: string): void };
  /** Says that there may be work now. */
  readonly wake: () => void;
  /** What else belongs to an established connection, in the transaction that notes it. */
  readonly onEstablished?: (tx: Tx, message: Message<Connection>) => Promise<void>;
  /** What else is to be taken away at the provider before the token is revoked; answers what remains there. */
  readonly onStopping?: (message: Stopping) => Promise<Remains[]>;
  /** How long an end waits for calls in flight before it is tried again later; default 20 s. */
  readonly stopMs?: number;
}

type Ended = Message<{ connectionId: string; provider: string }>;
type Stopping = Message<DataOf<typeof authMessages.connectionStopping>>;

const lookEveryMs = 100;

/** Follows the life of one provider's connections: parked work goes on when its connection is back, ended work stops. */
export class ConnectionKeeper {
  constructor(private readonly options: ConnectionKeeperOptions) {}

  async established(queue: string, message: Message<Connection>): Promise<void> {
    if (message.data.provider !== this.options.provider) return;
    const { inbox, onEstablished, wake } = this.options;
    await inbox.once(queue, message, async (tx) => {
      await establishConnection(tx, message);
      await onEstablished?.(tx, message);
      tx.afterCommit(() => {
        this.options.tokens.drop(message.data.connectionId);
        wake();
      });
    });
  }

  /** The end of an unknown connection is tried again: what established it must not arrive after it. */
  async ended(queue: string, message: Ended, status: 'reauthorization_required' | 'disconnected'): Promise<void> {
    if (message.data.provider !== this.options.provider) return;
    const { connectionId } = message.data;
    await this.options.inbox.once(queue, message, async (tx) => {
      if ((await statusOfConnection(tx, connectionId)) === null) {
        throw connectionUnknown(this.options.service, connectionId);
      }
      await this.end(tx, message, status);
    });
  }

  /**
   * Stops the work of the connection, waits for what is in flight, and answers that its token may be revoked. Of an unknown
   * connection there is nothing to stop. Each time it is asked it answers.
   */
  async stopping(queue: string, message: Stopping): Promise<void> {
    if (message.data.provider !== this.options.provider) return;
    const { database, inbox, outbox, service, clock } = this.options;
    const { connectionId } = message.data;
    await database.inTenant(message.tenantId, (tx) => this.end(tx, message, 'disconnected'));
    await this.untilIdle(message);
    const remains = (await this.options.onStopping?.(message)) ?? [];
    await inbox.once(queue, message, async (tx) => {
      const answer = { ...message.data, remains };
      await outbox.add(tx, [
        newMessage(authMessages.connectionStopped, answer, originFollowing(message, service, clock())),
      ]);
      tx.afterCommit(() => this.options.tokens.drop(connectionId));
    });
  }

  private async end(tx: Tx, message: Ended, status: 'reauthorization_required' | 'disconnected'): Promise<void> {
    const { outbox, service, tokens, clock, log } = this.options;
    const { connectionId } = message.data;
    await changeConnectionStatus(tx, connectionId, status, message.time);
    tx.afterCommit(() => tokens.drop(connectionId));
    // A newer event may say that the connection is back.
    if ((await statusOfConnection(tx, connectionId)) !== 'disconnected') return;
    const stopped = await stopWork({ tx, outbox, service, now: clock() }, connectionId);
    if (stopped.runs + stopped.writes > 0) log.info({ connectionId, ...stopped }, 'stopped the work of a connection');
  }

  private async untilIdle(message: Stopping): Promise<void> {
    const { database, service, stopMs = 20_000 } = this.options;
    const { connectionId } = message.data;
    const deadline = Date.now() + stopMs;
    for (;;) {
      const isStillBusy = await database.inTenant(message.tenantId, async (tx) => {
        if (!(await isBusy(tx, connectionId))) return false;
        await this.end(tx, message, 'disconnected');
        return isBusy(tx, connectionId);
      });
      if (!isStillBusy) return;
      if (Date.now() >= deadline) {
        const text = `${service} is still calling the provider for the connection ${connectionId}.`;
        throw new AppError('unavailable', `${service}.connection_busy`, text);
      }
      await sleep(lookEveryMs);
    }
  }
}
