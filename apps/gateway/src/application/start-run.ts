import { Injectable } from '@nestjs/common';
import { AppError, authMessages, syncMessages, type Connection, type Run, type RunMode } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { Caller } from '../domain/caller.js';
import { runIdOfKey } from '../domain/ids.js';
import { CommandSender } from '../outbound/command-sender.js';
import { AskPlatform } from './ask-platform.js';

const { startRun, getRuns } = syncMessages.clioSyncMessages;
const newestRuns = 20;

export interface RunWish {
  readonly connectionId: string;
  readonly mode: RunMode;
  /** Empty means all. */
  readonly resources: string[];
  /** The caller's Idempotency-Key: repeating it leads to the same run. */
  readonly key: string | null;
}

/** Asks for a run. A connection has at most one that is unfinished. */
@Injectable()
export class StartRun {
  constructor(
    private readonly platform: AskPlatform,
    private readonly commands: CommandSender,
  ) {}

  async execute({ key, ...wish }: RunWish, caller: Caller): Promise<{ runId: string }> {
    const connection = await this.findConnection(wish.connectionId, caller);
    const runId = key === null ? randomUUID() : runIdOfKey(key, caller.tenantId, wish.connectionId);
    if (key !== null && (await this.isRepeated(runId, wish, caller))) return { runId };
    requireActive(connection);
    const { runs } = await this.platform.page(getRuns, { runId: null, limit: newestRuns }, caller);
    refuseSecond(runs.find((run) => run.connectionId === wish.connectionId && run.finishedAt === null));
    await this.commands.send(startRun, { runId, ...wish }, caller);
    return { runId };
  }

  private async findConnection(connectionId: string, caller: Caller): Promise<Connection> {
    const { connections } = await this.platform.ask(authMessages.listConnections, {}, caller);
    const connection = connections.find((candidate) => candidate.connectionId === connectionId);
    if (!connection) throw new AppError('not_found', 'connection.unknown', 'There is no such connection.');
    if (connection.provider === 'clio') return connection;
    throw new AppError(
      'validation',
      'run.provider_not_read',
      'Only Clio connections are read; this one is written to.',
    );
  }

  private async isRepeated(runId: string, wish: Omit<RunWish, 'key'>, caller: Caller): Promise<boolean> {
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

function refuseSecond(unfinished: Run | undefined): void {
  if (!unfinished) return;
  throw new AppError('conflict', 'run.unfinished', 'A run of this connection is not finished yet.', {
    details: { runId: unfinished.runId },
  });
}
