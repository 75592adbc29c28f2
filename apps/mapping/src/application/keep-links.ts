import { Injectable } from '@nestjs/common';
import { AppError } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { ConnectionRepository } from '../persistence/connection.repository.js';
import { SettleWrite } from './agreement/settle-write.js';
import { AskAboutDuplicate } from './identity/ask-about-duplicate.js';
import { LinkWrittenRecord } from './link-written-record.js';
import type { WriteFinished } from './write-finished.js';

/**
 * Links the record a write made with its entity; what a person asked for is of a record, not of an entity. A write that was refused or
 * whose outcome is unknown leaves no link; the sync service that tried it has raised the problem. Whose record stood in its way is
 * looked at. What agreement asked for is settled, however it ended.
 */
@Injectable()
export class KeepLinks {
  constructor(
    private readonly inbox: Inbox,
    private readonly connections: ConnectionRepository,
    private readonly link: LinkWrittenRecord,
    private readonly askAboutDuplicate: AskAboutDuplicate,
    private readonly settleWrite: SettleWrite,
  ) {}

  async execute(queue: string, event: WriteFinished): Promise<void> {
    const { connectionId, recordId, outcome } = event.data;
    await this.inbox.once(queue, event, async (tx) => {
      if (!(await this.connections.isKnown(tx, event.tenantId, connectionId))) throw unknown(connectionId);
      if (outcome === 'succeeded' && recordId !== null) await this.link.execute(tx, event, recordId);
      if (outcome === 'refused') await this.askAboutDuplicate.execute(tx, event);
      await this.settleWrite.execute(tx, event);
    });
  }
}

/** Its connection event may be on its way. */
function unknown(connectionId: string): AppError {
  const message = `The tenant of this message has no connection ${connectionId} that mapping knows of.`;
  return new AppError('unavailable', 'mapping.connection_unknown', message, { details: { connectionId } });
}
