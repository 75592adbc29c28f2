import { Controller } from '@nestjs/common';
import { syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { KeepProblem } from '../../application/keep-problem.js';

const queue = 'audit-log.keep-problems';

@Controller()
export class KeepProblemsHandler {
  constructor(private readonly keepProblem: KeepProblem) {}

  @Consumes(syncMessages.problemRaised, { queue })
  handle(message: Message<DataOf<typeof syncMessages.problemRaised>>): Promise<void> {
    return this.keepProblem.execute(queue, message);
  }
}
