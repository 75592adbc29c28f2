import { defineEntity, p } from '@mikro-orm/core';

/** One attempt of one provider call. */
export const transactionTable = defineEntity({
  name: 'Transaction',
  tableName: 'transaction',
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
