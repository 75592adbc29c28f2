import { Injectable } from '@nestjs/common';
import type { DataOf, Message, syncMessages } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';

/** Keeps one failure, once. */
@Injectable()
export class KeepProblem {
  constructor(private readonly inbox: Inbox) {}

  async execute(queue: string, message: Message<DataOf<typeof syncMessages.problemRaised>>): Promise<void> {
    const problem = message.data;
    await this.inbox.once(queue, message, async (tx) => {
      await tx.query(
        `insert into problem (tenant_id, problem_id, occurred_at, correlation_id, service, code, message, provider, connection_id,
           resource, record_id, run_id, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          message.tenantId,
          message.id,
          message.time,
          message.correlationId,
          problem.service,
          problem.code,
          problem.message,
          problem.provider,
          problem.connectionId,
          problem.resource,
          problem.recordId,
          problem.runId,
          JSON.stringify(problem.details),
        ],
      );
    });
  }
}
