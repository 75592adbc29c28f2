import type { Disconnection, Erasure, Provider, Remains } from '@firmbridge/contracts';
import { defineEntity, p } from '@mikro-orm/core';

const tenantId = () => p.uuid().primary();

/** A connection that is ending, or has ended: who still has to answer, and what became of its token. */
export const disconnectionTable = defineEntity({
  name: 'Disconnection',
  tableName: 'disconnection',
  uniques: [{ name: 'disconnection_one_open', properties: ['tenantId', 'connectionId'], where: 'finished_at is null' }],
  indexes: [
    { name: 'disconnection_asked_index', properties: ['askedAt'] },
    { name: 'disconnection_retry_index', properties: ['retryAt'] },
  ],
  checks: [
    { name: 'disconnection_state_check', expression: "state in ('stopping', 'revoking', 'done')" },
    { name: 'disconnection_done_is_finished', expression: "(state = 'done') = (finished_at is not null)" },
    { name: 'disconnection_revoking_is_planned', expression: "(state = 'revoking') = (retry_at is not null)" },
    { name: 'disconnection_waits_for_somebody', expression: "(state = 'stopping') = (cardinality(missing) > 0)" },
    { name: 'disconnection_revocation_check', expression: "revocation in ('revoked', 'dead', 'kept')" },
  ],
  properties: {
    tenantId: tenantId(),
    disconnectionId: p.uuid().primary(),
    connectionId: p.uuid(),
    provider: p.text().$type<Provider>(),
    accountName: p.text(),
    state: p.text().$type<Disconnection['state']>(),
    requestedAt: p.datetime(3),
    requestedBy: p.text(),
    correlationId: p.uuid(),
    missing: p.array<string>().columnType('text[]'),
    askedAt: p.datetime(3),
    askedCount: p.integer(),
    revocation: p.text().$type<NonNullable<Disconnection['revocation']>>().nullable(),
    revocationReason: p.text().nullable(),
    revocationAttempts: p.integer(),
    /** When the provider is asked (again) to revoke; ahead of now while somebody is at it. */
    retryAt: p.datetime(3).nullable(),
    remains: p.json<Remains[]>(),
    finishedAt: p.datetime(3).nullable(),
  },
});

/** The record of a firm that is erased, once; it stays when everything else of the firm is gone. */
export const erasureTable = defineEntity({
  name: 'Erasure',
  tableName: 'erasure',
  uniques: [{ name: 'erasure_once', properties: ['tenantId'] }],
  indexes: [{ name: 'erasure_asked_index', properties: ['askedAt'] }],
  checks: [
    { name: 'erasure_state_check', expression: "state in ('disconnecting', 'erasing', 'closing', 'done')" },
    { name: 'erasure_done_is_finished', expression: "(state = 'done') = (finished_at is not null)" },
    { name: 'erasure_erasing_was_asked', expression: "(state = 'disconnecting') = (asked_at is null)" },
  ],
  properties: {
    tenantId: tenantId(),
    erasureId: p.uuid().primary(),
    state: p.text().$type<Erasure['state']>(),
    requestedAt: p.datetime(3),
    requestedBy: p.text(),
    correlationId: p.uuid(),
    missing: p.array<string>().columnType('text[]'),
    askedAt: p.datetime(3).nullable(),
    askedCount: p.integer(),
    acknowledged: p.json<Erasure['acknowledged']>(),
    remains: p.json<Remains[]>(),
    finishedAt: p.datetime(3).nullable(),
  },
});

export const sagaTables = [disconnectionTable, erasureTable];
