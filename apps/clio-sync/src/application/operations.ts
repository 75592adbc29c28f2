import { Injectable } from '@nestjs/common';
import { formatActor, type DataOf, type Message, type operationMessages, type ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { decideOperation, findOperations, WriteWorker } from '@firmbridge/sync-engine';

type Get = typeof operationMessages.clioWriteMessages.getOperations;
type Decide = typeof operationMessages.clioWriteMessages.decideOperation;

/** Tells where writes stand, and carries out what a person decides about one whose outcome nobody knows. */
@Injectable()
export class Operations {
  constructor(
    private readonly database: Database,
    private readonly worker: WriteWorker,
  ) {}

  async find({ tenantId, data }: Message<DataOf<Get>>): Promise<ReplyOf<Get>> {
    return { operations: await this.database.inTenant(tenantId, (tx) => findOperations(tx, data)) };
  }

  async decide(message: Message<DataOf<Decide>>): Promise<ReplyOf<Decide>> {
    const operation = await this.database.inTenant(message.tenantId, (tx) =>
      decideOperation(tx, message, formatActor(message.actor)),
    );
    this.worker.wake();
    return { operation };
  }
}
