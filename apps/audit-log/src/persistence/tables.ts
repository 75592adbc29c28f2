import type { DeadLetter } from '@firmbridge/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** One attempt of one provider call. */
export const transactionTable = defineEntity({
  name: 'Transaction',
  tableName: 'transaction',
  indexes: [
    newest('transaction_newest', 'started_at', 'transaction_id'),
    { name: 'transaction_correlation', properties: ['tenantId', 'correlationId'] },
  ],
  properties: {
    tenantId: p.uuid().primary(),
    transactionId: p.uuid().primary(),
    connectionId: p.uuid(),
    service: p.text(),
    provider: p.text(),
    operation: p.text(),
    method: p.text(),
    path: p.text(),
    attempt: p.smallint(),
    status: p.smallint().nullable(),
    durationMs: p.integer(),
    startedAt: p.datetime(3),
    errorCode: p.text().nullable(),
    errorMessage: p.text().nullable(),
    rateLimit: p.integer().nullable(),
    rateRemaining: p.integer().nullable(),
    rateResetAt: p.datetime(3).nullable(),
    requestBody: p.text().nullable(),
    responseBody: p.text().nullable(),
    correlationId: p.uuid(),
    actor: p.text(),
  },
});

/** A failure that a person should be able to find. */
export const problemTable = defineEntity({
  name: 'Problem',
  tableName: 'problem',
  indexes: [newest('problem_newest', 'occurred_at', 'problem_id')],
  properties: {
    tenantId: p.uuid().primary(),
    problemId: p.uuid().primary(),
    occurredAt: p.datetime(3),
    correlationId: p.uuid(),
    service: p.text(),
    code: p.text(),
    message: p.text(),
    provider: p.text().nullable(),
    connectionId: p.uuid().nullable(),
    resource: p.text().nullable(),
    recordId: p.text().nullable(),
    runId: p.uuid().nullable(),
    details: p.json(),
  },
});

/** A message that was set aside after its last attempt. Its decisions are columns of it: it stays for good. */
export const deadLetterTable = defineEntity({
  name: 'DeadLetter',
  tableName: 'dead_letter',
  checks: [
    { name: 'dead_letter_kind', expression: "kind in ('event', 'command', 'query')" },
    { name: 'dead_letter_state', expression: "state in ('waiting', 'resending', 'resent', 'replaced', 'discarded')" },
    { name: 'dead_letter_is_due_when_resending', expression: "state <> 'resending' or resend_at is not null" },
    { name: 'dead_letter_is_whole_when_resending', expression: "state <> 'resending' or body_is_kept" },
    { name: 'dead_letter_names_its_replacement', expression: "(state = 'replaced') = (replaced_by is not null)" },
  ],
  indexes: [
    newest('dead_letter_newest', 'failed_at', 'dead_letter_id'),
    { name: 'dead_letter_waiting', properties: ['tenantId', 'queue', 'fingerprint'], where: "state = 'waiting'" },
    { name: 'dead_letter_due', properties: ['resendAt'], where: "state = 'resending'" },
  ],
  properties: {
    tenantId: p.uuid().primary(),
    /** Made of what was drained, so that draining it twice is one letter. */
    deadLetterId: p.uuid().primary(),
    queue: p.text(),
    messageId: p.text().nullable(),
    type: p.text().nullable(),
    kind: p.text().$type<NonNullable<DeadLetter['kind']>>().nullable(),
    correlationId: p.text().nullable(),
    errorCode: p.text(),
    errorMessage: p.text(),
    attempts: p.integer(),
    failedAt: p.datetime(3),
    drainedAt: p.datetime(3),
    fingerprint: p.text(),
    cause: p.text(),
    previousDeadLetterId: p.uuid().nullable(),
    properties: p.json(),
    headers: p.json(),
    body: p.blob(),
    /** Of the body as it came. */
    bodyBytes: p.integer(),
    bodyIsKept: p.boolean(),
    state: p.text().$type<DeadLetter['state']>(),
    resendAt: p.datetime(3).nullable(),
    /** Times that sending it again has failed since the last decision. */
    resendAttempts: p.integer(),
    decidedAt: p.datetime(3).nullable(),
    decidedBy: p.text().nullable(),
    reason: p.text().nullable(),
    replacedBy: p.uuid().nullable(),
  },
});

/** When the last letter that is to go into a queue is due: the next one follows it. Its row lock orders decisions. */
export const resendPaceTable = defineEntity({
  name: 'ResendPace',
  tableName: 'resend_pace',
  properties: { queue: p.text().primary(), lastDueAt: p.datetime(3) },
});

function newest(name: string, at: string, id: string) {
  return {
    name,
    columns: [{ name: 'tenant_id' }, { name: at, sort: 'DESC' as const }, { name: id, sort: 'DESC' as const }],
  };
}
