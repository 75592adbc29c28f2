import { Injectable } from '@nestjs/common';
import type { auditMessages, DataOf, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { decodeCursor, encodeCursor } from './cursor.js';

type Question = typeof auditMessages.searchProblems;
type Problem = ReplyOf<Question>['problems'][number];

/** Failures of a tenant, newest first, a page at a time. */
@Injectable()
export class SearchProblems {
  constructor(private readonly database: Database) {}

  async execute({ tenantId, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const after = decodeCursor(data.cursor);
    const rows = await this.database.inTenant(tenantId, (tx) =>
      tx.query<Problem>(
        `select problem_id as "problemId", occurred_at as "occurredAt", correlation_id as "correlationId", service, code, message, provider,
           connection_id as "connectionId", resource, record_id as "recordId", run_id as "runId", details
         from problem
         where tenant_id = $1 and ($2::uuid is null or run_id = $2)
           and ($3::timestamptz is null or (occurred_at, problem_id) < ($3, $4::uuid))
         order by occurred_at desc, problem_id desc limit $5`,
        [tenantId, data.runId, after?.at ?? null, after?.id ?? null, data.limit + 1],
      ),
    );
    const problems = rows
      .slice(0, data.limit)
      .map((row) => ({ ...row, occurredAt: new Date(row.occurredAt).toISOString() }));
    const last = problems.at(-1);
    const hasMore = rows.length > data.limit && last !== undefined;
    return { problems, nextCursor: hasMore ? encodeCursor({ at: last.occurredAt, id: last.problemId }) : null };
  }
}
