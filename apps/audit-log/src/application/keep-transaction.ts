import { Injectable } from '@nestjs/common';
import { formatActor, type DataOf, type Message, type syncMessages } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';

/** Keeps one attempt of a provider call, once. */
@Injectable()
export class KeepTransaction {
  constructor(private readonly inbox: Inbox) {}

  async execute(queue: string, message: Message<DataOf<typeof syncMessages.providerCallAttempted>>): Promise<void> {
    const call = message.data;
    await this.inbox.once(queue, message, async (tx) => {
      await tx.query(
        `insert into transaction (tenant_id, transaction_id, connection_id, service, provider, operation, method, path, attempt, status,
           duration_ms, started_at, error_code, error_message, rate_limit, rate_remaining, rate_reset_at, request_body, response_body,
           correlation_id, actor)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
        [
          message.tenantId,
          message.id,
          call.connectionId,
          call.service,
          call.provider,
          call.operation,
          call.method,
          call.path,
          call.attempt,
          call.status,
          call.durationMs,
          call.startedAt,
          call.errorCode,
          call.errorMessage,
          call.rateLimit.limit,
          call.rateLimit.remaining,
          call.rateLimit.resetAt,
          call.requestBody,
          call.responseBody,
          message.correlationId,
          formatActor(message.actor),
        ],
      );
    });
  }
}
