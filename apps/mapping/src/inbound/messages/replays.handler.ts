import { Controller } from '@nestjs/common';
import { mappingMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers, Consumes } from '@firmbridge/messaging';
import { AcceptReplay } from '../../application/replays/accept-replay.js';
import { CancelReplay } from '../../application/replays/cancel-replay.js';
import { FindReplays } from '../../application/replays/find-replays.js';

const queue = 'mapping.replay-entities';
const { replayEntities, getReplays, cancelReplay } = mappingMessages;

@Controller()
export class ReplaysHandler {
  constructor(
    private readonly acceptReplay: AcceptReplay,
    private readonly findReplays: FindReplays,
    private readonly cancelReplay: CancelReplay,
  ) {}

  @Consumes(replayEntities, { queue })
  accept(message: Message<DataOf<typeof replayEntities>>): Promise<void> {
    return this.acceptReplay.execute(queue, message);
  }

  @Answers(getReplays)
  find(message: Message<DataOf<typeof getReplays>>): Promise<ReplyOf<typeof getReplays>> {
    return this.findReplays.execute(message);
  }

  @Answers(cancelReplay)
  cancel(message: Message<DataOf<typeof cancelReplay>>): Promise<ReplyOf<typeof cancelReplay>> {
    return this.cancelReplay.execute(message);
  }
}
