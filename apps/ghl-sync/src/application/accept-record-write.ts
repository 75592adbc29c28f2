import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, Message, operationMessages } from '@firmbridge/contracts';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { acceptRequest, WriteWorker } from '@firmbridge/sync-engine';
import { ghlWritableSchema, kindOf, problemOfChanges } from '../outbound/ghl/record-writer.js';

type Wish = DataOf<typeof operationMessages.ghlWriteMessages.writeRecord>;

/** Turns what mapping wants of a record into a write task; what GHL would not understand is refused before it is asked. */
@Injectable()
export class AcceptRecordWrite {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly worker: WriteWorker,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(queue: string, message: Message<Wish>): Promise<void> {
    const { operationId, connectionId, recordId, changes, requestHash, revision } = message.data;
    const resource = ghlWritableSchema.parse(message.data.resource);
    const action = recordId === null ? 'create' : 'update';
    await this.inbox.once(queue, message, async (tx) => {
      const work = { tx, outbox: this.outbox, service: 'ghl-sync', now: this.clock() };
      const write = {
        ...{ operationId, connectionId, recordId, kind: kindOf(resource) },
        request: { resource, action, requestHash, answerBy: null },
        payload: { recordId, changes, revision },
      } as const;
      await acceptRequest(work, message, write, () => Promise.resolve(problemOfChanges(resource, recordId, changes)));
      tx.afterCommit(() => this.worker.wake());
    });
  }
}
