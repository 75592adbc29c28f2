import { Controller } from '@nestjs/common';
import { syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { AcceptRun } from '../../application/accept-run.js';

const queue = 'clio-sync.start-run';
const { startRun } = syncMessages.clioSyncMessages;

@Controller()
export class StartRunHandler {
  constructor(private readonly acceptRun: AcceptRun) {}

  @Consumes(startRun, { queue })
  handle(message: Message<DataOf<typeof startRun>>): Promise<void> {
    return this.acceptRun.execute(queue, message);
  }
}
