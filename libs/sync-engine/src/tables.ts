import { defineEntity, p } from '@mikro-orm/core';

/** The tables that both sync services keep in their own schema. Written by SQL in set-based statements; see the classes beside. */
const tenantId = () => p.uuid().primary();

export const connectionTable = defineEntity({
  name: 'EngineConnection',
  tableName: 'connection',
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    provider: p.text(),
    region: p.text(),
    accountId: p.text(),
    accountName: p.text(),
    apiOrigin: p.text(),
    status: p.text(),
    changedAt: p.datetime(3),
  },
});

export const runTable = defineEntity({
  name: 'Run',
  tableName: 'run',
  properties: {
    tenantId: tenantId(),
    runId: p.uuid().primary(),
    connectionId: p.uuid(),
    mode: p.text(),
    state: p.text(),
    correlationId: p.uuid(),
    actor: p.text(),
    startedAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
  },
});

export const runResourceTable = defineEntity({
  name: 'RunResource',
  tableName: 'run_resource',
  properties: {
    tenantId: tenantId(),
    runId: p.uuid().primary(),
    resource: p.text().primary(),
    connectionId: p.uuid(),
    position: p.smallint(),
    lane: p.text(),
    laneRank: p.smallint(),
    state: p.text(),
    cursor: p.text().nullable(),
    since: p.datetime(3).nullable(),
    pages: p.integer(),
    calls: p.integer(),
    records: p.integer(),
    changed: p.integer(),
    sentCommands: p.integer(),
    appliedCommands: p.integer(),
    applied: p.integer(),
    events: p.integer(),
    rejected: p.integer(),
    expected: p.integer().nullable(),
    attempts: p.smallint(),
    nextAttemptAt: p.datetime(3),
    leaseToken: p.bigint(),
    leaseUntil: p.datetime(3),
    servedAt: p.datetime(3),
    reason: p.text().nullable(),
    startedAt: p.datetime(3).nullable(),
    finishedAt: p.datetime(3).nullable(),
  },
});

export const recordTable = defineEntity({
  name: 'Record',
  tableName: 'record',
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
    revision: p.bigint(),
    contentHash: p.text(),
    sourceUpdatedAt: p.datetime(3).nullable(),
    observedAt: p.datetime(3),
    deletedAt: p.datetime(3).nullable(),
    body: p.json(),
  },
});

export const watermarkTable = defineEntity({
  name: 'Watermark',
  tableName: 'watermark',
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    /** All changes up to this instant of the database's clock are in. */
    completeUntil: p.datetime(3),
  },
});

export const rejectedRecordTable = defineEntity({
  name: 'RejectedRecord',
  tableName: 'rejected_record',
  properties: {
    tenantId: tenantId(),
    rejectedRecordId: p.uuid().primary(),
    connectionId: p.uuid(),
    runId: p.uuid(),
    resource: p.text(),
    recordId: p.text().nullable(),
    reason: p.text(),
    rejectedAt: p.datetime(3),
  },
});

export const writeTaskTable = defineEntity({
  name: 'WriteTask',
  tableName: 'write_task',
  properties: {
    tenantId: tenantId(),
    taskId: p.uuid().primary(),
    connectionId: p.uuid(),
    kind: p.text(),
    entityId: p.uuid(),
    entityEpoch: p.integer(),
    entityN: p.bigint(),
    payload: p.json(),
    state: p.text(),
    attempts: p.smallint(),
    nextAttemptAt: p.datetime(3),
    leaseToken: p.bigint(),
    leaseUntil: p.datetime(3),
    correlationId: p.uuid(),
    causationId: p.uuid(),
    recordId: p.text().nullable(),
    reason: p.text().nullable(),
    createdAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
  },
});

export const syncEngineEntities = [
  connectionTable,
  runTable,
  runResourceTable,
  recordTable,
  watermarkTable,
  rejectedRecordTable,
  writeTaskTable,
];
