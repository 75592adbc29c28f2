import { Injectable } from '@nestjs/common';
import type { auditMessages, DataOf, Message, ReplyOf, Transaction } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { decodeCursor, encodeCursor } from './cursor.js';

type Question = typeof auditMessages.searchTransactions;

interface Row extends Omit<Transaction, 'startedAt' | 'rateLimit'> {
  readonly startedAt: string;
  readonly rateLimit: number | null;
  readonly rateRemaining: number | null;
  readonly rateResetAt: string | null;
}

/** Attempts of provider calls of a tenant, newest first, a page at a time. */
@Injectable()
export class SearchTransactions {
  constructor(private readonly database: Database) {}

  async execute({ tenantId, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const after = decodeCursor(data.cursor);
    const rows = await this.database.inTenant(tenantId, (tx) =>
      tx.query<Row>(
        `select transaction_id as "transactionId", connection_id as "connectionId", service, provider, operation, method, path, attempt,
           status, duration_ms as "durationMs", started_at as "startedAt", error_code as "errorCode", error_message as "errorMessage",
           rate_limit as "rateLimit", rate_remaining as "rateRemaining", rate_reset_at as "rateResetAt",
           request_body as "requestBody", response_body as "responseBody", correlation_id as "correlationId", actor
         from transaction
         where tenant_id = $1 and ($2::uuid is null or connection_id = $2) and ($3::text is null or provider = $3)
           and ($4::uuid is null or correlation_id = $4) and (not $5 or error_code is not null)
           and ($6::text is null or strpos(lower(operation || ' ' || path), lower($6)) > 0)
           and ($7::timestamptz is null or (started_at, transaction_id) < ($7, $8::uuid))
         order by started_at desc, transaction_id desc limit $9`,
        [
          tenantId,
          data.connectionId,
          data.provider,
          data.correlationId,
          data.failedOnly,
          data.text,
          after?.at ?? null,
          after?.id ?? null,
          data.limit + 1,
        ],
      ),
    );
    const transactions = rows.slice(0, data.limit).map(toTransaction);
    const last = transactions.at(-1);
    const hasMore = rows.length > data.limit && last !== undefined;
    return { transactions, nextCursor: hasMore ? encodeCursor({ at: last.startedAt, id: last.transactionId }) : null };
  }
}

function toTransaction({ startedAt, rateLimit, rateRemaining, rateResetAt, ...row }: Row): Transaction {
  return {
    ...row,
    startedAt: new Date(startedAt).toISOString(),
    rateLimit: {
      limit: rateLimit,
      remaining: rateRemaining,
      resetAt: rateResetAt === null ? null : new Date(rateResetAt).toISOString(),
    },
  };
}
