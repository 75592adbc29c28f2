import { Controller } from '@nestjs/common';
import { syncMessages, type DataOf, type Message, type Run } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { FindRuns } from '../../application/find-runs.js';

const { getRuns } = syncMessages.clioSyncMessages;

@Controller()
export class GetRunsHandler {
  constructor(private readonly findRuns: FindRuns) {}

  @Answers(getRuns)
  answer(message: Message<DataOf<typeof getRuns>>): Promise<{ runs: Run[] }> {
    return this.findRuns.execute(message);
  }
}
