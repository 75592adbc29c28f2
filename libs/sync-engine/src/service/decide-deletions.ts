import { Injectable } from '@nestjs/common';
import type { DataOf, Message, ReplyOf, syncMessages } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { decideDeletion, undoDeletion } from '../deletions/decide-deletion.js';
import { findDeletions } from '../deletions/deletion-views.js';
import { DeletionWorker } from '../deletions/deletion-worker.js';

type Messages = syncMessages.SyncServiceMessages;
type Asked<Name extends keyof Messages> = Message<DataOf<Messages[Name]>>;

/** Shows the deletions that were found and takes what people decide about them; the worker carries it out. */
@Injectable()
export class DecideDeletions {
  constructor(
    private readonly database: Database,
    private readonly worker: DeletionWorker,
  ) {}

  async find({ tenantId, data }: Asked<'getDeletions'>): Promise<ReplyOf<Messages['getDeletions']>> {
    return { deletions: await this.database.inTenant(tenantId, (tx) => findDeletions(tx, data)) };
  }

  async decide(message: Asked<'decideDeletion'>): Promise<ReplyOf<Messages['decideDeletion']>> {
    const deletion = await this.database.inTenant(message.tenantId, (tx) => decideDeletion(tx, message));
    this.worker.wake();
    return { deletion };
  }

  async undo(message: Asked<'undoDeletion'>): Promise<ReplyOf<Messages['undoDeletion']>> {
    const deletion = await this.database.inTenant(message.tenantId, (tx) => undoDeletion(tx, message));
    this.worker.wake();
    return { deletion };
  }
}
