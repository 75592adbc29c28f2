import { Injectable } from '@nestjs/common';
import { AppError, syncMessages, type Connection, type Run, type RunMode } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { Caller } from '../domain/caller.js';
import { idOfKey } from '../domain/ids.js';
import { CommandSender } from '../outbound/command-sender.js';
import { AskPlatform } from './ask-platform.js';
import { SyncServices } from './sync-services.js';

const newestRuns = 20;

export interface RunWish {
  readonly connectionId: string;
  readonly mode: RunMode;
  /** Empty means all. */
  readonly resources: string[];
  /** The caller's Idempotency-Key: repeating it leads to the same run. */
  readonly key: string | null;
}

/** Asks for a run. A connection has at most one unfinished run that reads records, and one sweep. */
@Injectable()
export class StartRun {
  constructor(
    private readonly platform: AskPlatform,
    private readonly services: SyncServices,
    private readonly commands: CommandSender,
  ) {}

  async execute({ key, ...wish }: RunWish, caller: Caller): Promise<{ runId: string }> {
    const connection = await this.services.connection(wish.connectionId, caller);
    const { getRuns, startRun } = syncMessages.syncMessagesOf[connection.provider];
    const runId = key === null ? randomUUID() : idOfKey(key, caller.tenantId, wish.connectionId);
    if (key !== null && (await this.isRepeated(connection, runId, wish, caller))) return { runId };
    requireActive(connection);
    const { runs } = await this.platform.page(getRuns, { runId: null, limit: newestRuns }, caller);
    refuseSecond(runs.find((run) => isInTheWay(run, wish)));
    await this.commands.send(startRun, { runId, ...wish }, caller);
    return { runId };
  }

  private async isRepeated(
    { provider }: Connection,
    runId: string,
    wish: Omit<RunWish, 'key'>,
    caller: Caller,
  ): Promise<boolean> {
    const { getRuns } = syncMessages.syncMessagesOf[provider];
    const { runs } = await this.platform.ask(getRuns, { runId, limit: 1 }, caller);
    const [known] = runs;
    if (!known) return false;
    if (known.connectionId === wish.connectionId && known.mode === wish.mode) return true;
    const message = 'This Idempotency-Key belongs to another run; use a new one.';
    throw new AppError('conflict', 'idempotency_key.reused', message, { details: { runId } });
  }
}

function requireActive({ status }: Connection): void {
  if (status === 'active') return;
  throw status === 'disconnected'
    ? new AppError('conflict', 'connection.disconnected', 'The connection was ended; connect the account again.')
    : new AppError('conflict', 'connection.needs_reauthorization', 'The account must be reconnected first.');
}

/** A sweep goes beside a run that reads records, and stored records are handed over beside both. */
function isInTheWay(run: Run, { connectionId, mode }: Pick<RunWish, 'connectionId' | 'mode'>): boolean {
  if (run.connectionId !== connectionId || run.finishedAt !== null || run.mode === 'renormalize') return false;
  return (run.mode === 'sweep') === (mode === 'sweep');
}

function refuseSecond(unfinished: Run | undefined): void {
  if (!unfinished) return;
  throw new AppError('conflict', 'run.unfinished', 'A run of this connection is not finished yet.', {
    details: { runId: unfinished.runId },
  });
}
