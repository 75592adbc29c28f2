import { Injectable } from '@nestjs/common';
import {
  AppError,
  mayDecide,
  type DataOf,
  type mappingMessages,
  type Message,
  type ReplyOf,
} from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { ReplayRepository } from '../../persistence/replay.repository.js';

type Question = typeof mappingMessages.cancelReplay;

/** Ends a running replay and answers how it stands. One that is over stays as it is, so repeating it is harmless. */
@Injectable()
export class CancelReplay {
  constructor(
    private readonly database: Database,
    private readonly replays: ReplayRepository,
  ) {}

  async execute({ tenantId, actor, data: { replayId } }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    if (!mayDecide(actor)) {
      throw new AppError('forbidden', 'replay.forbidden', 'Only operators and admins may cancel a replay.');
    }
    const [replay] = await this.database.inTenant(tenantId, async (tx) => {
      await this.replays.cancel(tx, tenantId, replayId);
      return this.replays.find(tx, tenantId, { replayId, limit: 1 });
    });
    if (replay === undefined) throw new AppError('not_found', 'replay.unknown', 'There is no such replay.');
    return { replay };
  }
}
