import { Inject, Injectable } from '@nestjs/common';
import { AppError, operationMessages, type Operation } from '@firmbridge/contracts';
import { CLOCK, type Clock } from '@firmbridge/service';
import { createHash, randomUUID } from 'node:crypto';
import type { Caller } from '../domain/caller.js';
import { idOfKey } from '../domain/ids.js';
import { CommandSender } from '../outbound/command-sender.js';
import { OperationSignals } from './operation-signals.js';
import { AskPlatform } from './ask-platform.js';
import { ClioConnection } from './clio-connection.js';

const { writeRecord, getOperations } = operationMessages.clioWriteMessages;

export interface WriteWish {
  readonly connectionId: string | null;
  readonly resource: string;
  /** Null to create one. */
  readonly recordId: string | null;
  readonly changes: Record<string, unknown>;
  readonly ifMatch: string | null;
  /** The caller's Idempotency-Key: repeating the same request leads to the same operation. */
  readonly key: string | null;
  readonly waitMs: number;
}

type Begun = Pick<Operation, 'operationId' | 'connectionId' | 'resource' | 'recordId' | 'requestHash'>;

const lookEveryMs = 1_000;

/** Has a record written in Clio, and waits for what comes of it as long as the caller does. */
@Injectable()
export class WriteToClio {
  constructor(
    private readonly platform: AskPlatform,
    private readonly connection: ClioConnection,
    private readonly commands: CommandSender,
    private readonly signals: OperationSignals,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The operation as it stands when it is over, or the waiting time is. */
  async execute(wish: WriteWish, caller: Caller): Promise<Operation> {
    const { key, waitMs, ...request } = wish;
    const { connectionId } = await this.connection.find(wish.connectionId, caller);
    const requestHash = hashOf({ ...request, connectionId });
    const operationId = key === null ? randomUUID() : idOfKey(key, caller.tenantId, connectionId);
    const until = this.clock().getTime() + waitMs;
    if (key === null || (await this.find(operationId, caller)) === null) {
      const answerBy = waitMs === 0 ? null : new Date(until).toISOString();
      const command = { ...request, connectionId, operationId, requestHash, answerBy };
      await this.commands.send(writeRecord, command, caller);
    }
    const operation = await this.wait(operationId, until, caller);
    if (operation !== null && operation.requestHash !== requestHash) throw keyReused(operationId);
    return operation ?? this.begun({ ...request, connectionId, operationId, requestHash }, caller);
  }

  /** What its owner has in its queue. */
  private begun(request: Begun, { actor }: Caller): Operation {
    const { operationId, connectionId, resource, recordId, requestHash } = request;
    const now = this.clock().toISOString();
    return {
      ...{ operationId, connectionId, resource, recordId, requestHash },
      provider: 'clio',
      action: recordId === null ? 'create' : 'update',
      state: 'waiting',
      attempts: 0,
      requestedBy: `${actor.kind}:${actor.id}`,
      requestedAt: now,
      nextAttemptAt: now,
      finishedAt: null,
      record: null,
      problem: null,
      decision: null,
    };
  }

  async find(operationId: string, caller: Caller): Promise<Operation | null> {
    const { operations } = await this.platform.ask(getOperations, { operationId, state: null, limit: 1 }, caller);
    return operations[0] ?? null;
  }

  private async wait(operationId: string, until: number, caller: Caller): Promise<Operation | null> {
    for (;;) {
      const leftMs = until - this.clock().getTime();
      const heard = this.signals.next(operationId, Math.max(0, Math.min(leftMs, lookEveryMs)));
      const operation = await this.find(operationId, caller);
      if (operation?.finishedAt || leftMs <= 0) return operation;
      await heard;
    }
  }
}

function hashOf(request: object): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}

function keyReused(operationId: string): AppError {
  const message = 'This Idempotency-Key belongs to another request; use a new one.';
  return new AppError('conflict', 'idempotency_key.reused', message, { details: { operationId } });
}
