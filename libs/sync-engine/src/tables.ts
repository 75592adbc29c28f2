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
    /** It came back: what was missed is to be read soon. */
    catchUpDue: p.boolean(),
    /** Not polled before; null when it has not been polled yet. */
    nextPollAt: p.datetime(3).nullable(),
    /** How it was authorized; null for one from before that was kept. */
    credential: p.text().nullable(),
    /** When somebody was last here to take its webhooks; null where none come. */
    listenedAt: p.datetime(3).nullable(),
    /** The settings of its budget; null means those of the provider. */
    budget: p.json().nullable(),
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
    /** Windows of the policy when it began: what the estimate of the time left goes by. */
    budget: p.json(),
    startedAt: p.datetime(3),
    /** Since when its pace is measured, and the pages it had read by then. */
    pacedFrom: p.datetime(3),
    pacedPages: p.integer(),
    finishedAt: p.datetime(3).nullable(),
    laneRank: p.smallint(),
    servedAt: p.datetime(3).defaultRaw(`'epoch'`),
    /** Its budget is spent until then. */
    restsUntil: p.datetime(3).defaultRaw(`'epoch'`),
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
    /** Not begun before this other resource of the run is read. */
    waitsFor: p.text().nullable(),
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
    pageSize: p.smallint(),
    /** How often an expired cursor sent it back to its first page. */
    restarts: p.smallint().default(0),
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

/** When a resource is polled next. */
export const resourcePollTable = defineEntity({
  name: 'ResourcePoll',
  tableName: 'resource_poll',
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    /** That its last complete pass took. */
    pages: p.integer(),
    /** A person cancelled its first reading: it is not polled until a run has completed it. */
    isHeld: p.boolean(),
    nextDueAt: p.datetime(3),
  },
});

/** The pages of an unfinished pass, by their next address and by their records: one that comes again is noticed. */
export const pageMarkTable = defineEntity({
  name: 'PageMark',
  tableName: 'page_mark',
  properties: {
    tenantId: tenantId(),
    runId: p.uuid().primary(),
    resource: p.text().primary(),
    mark: p.text().primary(),
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
    /** The record it was read of, where there is no other list of it. */
    parentId: p.text().nullable(),
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
    runId: p.uuid().nullable(),
    resource: p.text(),
    recordId: p.text().nullable(),
    reason: p.text(),
    rejectedAt: p.datetime(3),
  },
});

/** The provider refuses the resource for want of a permission; runs leave it out until a person has done something about it. */
export const forbiddenResourceTable = defineEntity({
  name: 'ForbiddenResource',
  tableName: 'forbidden_resource',
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    reason: p.text(),
    forbiddenAt: p.datetime(3),
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
    subject: p.text(),
    lane: p.text(),
    laneRank: p.smallint(),
    entityId: p.uuid().nullable(),
    entityEpoch: p.integer().nullable(),
    entityN: p.bigint().nullable(),
    resource: p.text().nullable(),
    action: p.text().nullable(),
    requestHash: p.text().nullable(),
    answerBy: p.datetime(3).nullable(),
    actor: p.text(),
    payload: p.json(),
    knownEtag: p.text().nullable(),
    state: p.text(),
    attempts: p.smallint(),
    nextAttemptAt: p.datetime(3),
    leaseToken: p.bigint(),
    leaseUntil: p.datetime(3),
    correlationId: p.uuid(),
    causationId: p.uuid(),
    recordId: p.text().nullable(),
    record: p.json().nullable(),
    problem: p.json().nullable(),
    decision: p.json().nullable(),
    reason: p.text().nullable(),
    createdAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
  },
});

/** What somebody was shown of a record, by its etag, so that a stale change can be told what has changed since. */
export const shownRecordTable = defineEntity({
  name: 'ShownRecord',
  tableName: 'shown_record',
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
    etag: p.text().primary(),
    body: p.json(),
    shownAt: p.datetime(3),
  },
});

/** Records that went together: at once, or after a person decided. */
export const deletionTable = defineEntity({
  name: 'Deletion',
  tableName: 'deletion',
  properties: {
    tenantId: tenantId(),
    deletionId: p.uuid().primary(),
    connectionId: p.uuid(),
    resource: p.text(),
    state: p.text(),
    evidence: p.text(),
    records: p.integer(),
    /** How many the resource had, where somebody is asked. */
    ofRecords: p.integer().nullable(),
    runId: p.uuid().nullable(),
    correlationId: p.uuid(),
    notedAt: p.datetime(3),
    decidedAt: p.datetime(3).nullable(),
    decidedBy: p.text().nullable(),
    reason: p.text().nullable(),
  },
});

/** Where the deletion of one record stands: suspected, held, deleted, or kept by a person. */
export const recordDeletionTable = defineEntity({
  name: 'RecordDeletion',
  tableName: 'record_deletion',
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
    state: p.text(),
    deletionId: p.uuid().nullable(),
    evidence: p.text(),
    /** What is observed after it makes it void. */
    signalledAt: p.datetime(3),
  },
});

/** Every id that a sweep has been given so far. */
export const sweepSeenTable = defineEntity({
  name: 'SweepSeen',
  tableName: 'sweep_seen',
  properties: {
    tenantId: tenantId(),
    runId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
  },
});

export const syncEngineEntities = [
  connectionTable,
  runTable,
  runResourceTable,
  pageMarkTable,
  resourcePollTable,
  recordTable,
  watermarkTable,
  rejectedRecordTable,
  writeTaskTable,
  shownRecordTable,
  forbiddenResourceTable,
  deletionTable,
  recordDeletionTable,
  sweepSeenTable,
];
