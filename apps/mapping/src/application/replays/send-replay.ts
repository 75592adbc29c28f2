import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { pageSizeOf } from '../../domain/replay-pace.js';
import { ReplayRepository, type OpenReplay } from '../../persistence/replay.repository.js';
import { ReplayedEntityRepository } from '../../persistence/replayed-entity.repository.js';
import { ReplayMessages } from './replay-messages.js';

const lookAgainMs = 100;

/** Writes what a replay sends into the outbox and moves its checkpoint, in the caller's transaction. */
@Injectable()
export class SendReplay {
  constructor(
    private readonly replays: ReplayRepository,
    private readonly entities: ReplayedEntityRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async page(tx: Tx, replay: OpenReplay): Promise<void> {
    const limit = pageSizeOf(replay.perSecond);
    const entities = await this.entities.lockPage(tx, { ...replay, after: replay.sentUntil, limit });
    const messages = new ReplayMessages(replay, this.clock());
    await this.outbox.add(
      tx,
      entities.map((entity) => messages.entityEvent(entity)),
    );
    await this.replays.advance(tx, replay, {
      sent: entities.length,
      sentUntil: entities.at(-1)?.entityId ?? null,
      isLast: entities.length < limit,
    });
  }

  /** The last message, once everything before it has left; until then it is looked again in a moment. */
  async end(tx: Tx, replay: OpenReplay): Promise<void> {
    if (await this.replays.isPublishing(tx, replay)) return this.replays.waitFor(tx, replay, lookAgainMs);
    await this.outbox.add(tx, [new ReplayMessages(replay, this.clock()).finished()]);
    await this.replays.close(tx, replay);
  }
}
