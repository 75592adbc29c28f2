import { authMessages, newMessage } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { Logger } from '@nestjs/common';
import { takeSilentErasure } from '../../persistence/sagas/erasure.repository.js';
import { conversationOf, originAt } from '../conversation.js';

/** Asks those again who have not answered that they erased a firm; false when nobody is that late. */
export class RepeatErasing {
  private readonly logger = new Logger(RepeatErasing.name);

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
    private readonly silentMs: number,
  ) {}

  execute(): Promise<boolean> {
    return this.database.acrossTenants(async (tx) => {
      const saga = await takeSilentErasure(tx, this.silentMs);
      if (saga === null) return false;
      const { erasureId, missing, askedCount } = saga;
      this.logger.warn(`Erasure ${erasureId} waits for ${missing.join(', ')}, asked ${askedCount} times`);
      const origin = originAt(this.clock(), conversationOf(saga));
      await this.outbox.add(tx, [newMessage(authMessages.tenantErasing, { erasureId }, origin)]);
      return true;
    });
  }
}
