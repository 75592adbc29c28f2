import { defineEntity, p } from '@mikro-orm/core';

/** What mapping knows of a connection, kept from auth's events. */
export const connectionTable = defineEntity({
  name: 'MappingConnection',
  tableName: 'connection',
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    provider: p.text(),
    /** null until auth said that the connection was established: events may overtake each other. */
    region: p.text().nullable(),
    status: p.text(),
    changedAt: p.datetime(3),
  },
});

export const pairingTable = defineEntity({
  name: 'Pairing',
  tableName: 'pairing',
  indexes: [{ name: 'pairing_clio_connection', properties: ['tenantId', 'clioConnectionId'] }],
  properties: {
    tenantId: p.uuid().primary(),
    pairingId: p.uuid().primary(),
    clioConnectionId: p.uuid(),
    ghlConnectionId: p.uuid(),
    /** From which probability contacts are linked without asking, and from which a person is asked. */
    matchAuto: p.double().default(0.99),
    matchReview: p.double().default(0.7),
    createdAt: p.datetime(3),
  },
});

/** The crosswalk: which record is which entity. */
export const entityLinkTable = defineEntity({
  name: 'EntityLink',
  tableName: 'entity_link',
  indexes: [{ name: 'entity_link_entity', properties: ['entityId', 'tenantId'] }],
  uniques: [
    {
      name: 'entity_link_one_contact',
      properties: ['entityId', 'connectionId', 'tenantId'],
      where: "entity_type = 'contact'",
    },
  ],
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
    entityId: p.uuid(),
    entityType: p.text(),
    /** `reserved` by a mention of the record, `linked` once the record itself was seen. */
    state: p.text(),
    /** Of the record, as last applied; 0 before. */
    revision: p.bigint(),
    /** The entity it was before it was found to be the same as this one. */
    formerEntityId: p.uuid().nullable(),
    /** What spoke for it. */
    matched: p.json().nullable(),
  },
});

/** Under what a contact is looked up among those of an account. */
export const identityKeyTable = defineEntity({
  name: 'IdentityKey',
  tableName: 'identity_key',
  indexes: [{ name: 'identity_key_entity', properties: ['entityId', 'tenantId'] }],
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    key: p.text().collation('C').primary(),
    entityId: p.uuid().primary(),
  },
});

/** Two entities that may be the same; `different` is remembered so that nobody is asked again. */
export const matchReviewTable = defineEntity({
  name: 'MatchReview',
  tableName: 'match_review',
  indexes: [
    { name: 'match_review_other', properties: ['tenantId', 'otherId'] },
    { name: 'match_review_open', properties: ['tenantId', 'state', 'probability', 'reviewId'] },
  ],
  uniques: [{ name: 'match_review_once', properties: ['tenantId', 'oneId', 'otherId'] }],
  properties: {
    tenantId: p.uuid().primary(),
    reviewId: p.uuid().primary(),
    oneId: p.uuid(),
    otherId: p.uuid(),
    state: p.text(),
    probability: p.double(),
    evidence: p.json(),
    askedAt: p.datetime(3),
    decidedAt: p.datetime(3).nullable(),
    decidedBy: p.json().nullable(),
  },
});

/** The normalized form. Its row lock orders everything that happens to it. */
export const entityTable = defineEntity({
  name: 'Entity',
  tableName: 'entity',
  indexes: [
    { name: 'entity_newest', properties: ['entityType', 'tenantId', 'updatedAt', 'entityId'] },
    { name: 'entity_merged', properties: ['tenantId', 'mergedInto'], where: 'merged_into is not null' },
    { name: 'entity_made_by', properties: ['entityType', 'normalizerVersion', 'tenantId', 'updatedAt'] },
  ],
  properties: {
    tenantId: p.uuid().primary(),
    entityId: p.uuid().primary(),
    entityType: p.text(),
    epoch: p.integer(),
    version: p.bigint(),
    title: p.text(),
    state: p.json(),
    contentHash: p.text(),
    normalizerVersion: p.integer(),
    deletedAt: p.datetime(3).nullable(),
    /** Where it went, when it was found to be the same as another. */
    mergedInto: p.uuid().nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A record that could not be normalized; goes away when a copy of it can. */
export const recordErrorTable = defineEntity({
  name: 'RecordError',
  tableName: 'record_error',
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
    revision: p.bigint(),
    code: p.text(),
    reason: p.text(),
    occurredAt: p.datetime(3),
    normalizerVersion: p.integer(),
  },
});

/** That the records of a resource were asked for once more, because their normalizer has a higher version. */
export const renormalizationTable = defineEntity({
  name: 'Renormalization',
  tableName: 'renormalization',
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    version: p.integer(),
    /** What an older normalizer made after this, in a replica that was still running, needs to be asked for again. */
    askedAt: p.datetime(6),
  },
});

/** A replay that was asked for. See ContinueReplay for its stages. */
export const replayTable = defineEntity({
  name: 'Replay',
  tableName: 'replay',
  indexes: [
    { name: 'replay_newest', properties: ['tenantId', 'startedAt'] },
    { name: 'replay_due', properties: ['nextStepAt'], where: "stage <> 'closed'" },
  ],
  properties: {
    tenantId: p.uuid().primary(),
    replayId: p.uuid().primary(),
    queue: p.text(),
    entityTypes: p.array().columnType('text[]'),
    entityIds: p.array().columnType('uuid[]'),
    changedFrom: p.datetime(3).nullable(),
    changedTo: p.datetime(3).nullable(),
    perSecond: p.integer(),
    state: p.text(),
    stage: p.text(),
    expected: p.integer(),
    sent: p.integer(),
    /** The entity up to which, in the order of ids, all that match were sent. */
    sentUntil: p.uuid().nullable(),
    nextStepAt: p.datetime(6),
    /** The newest row of the outbox that can be of this replay, once no more are written. */
    lastOutboxId: p.bigint().nullable(),
    commandId: p.uuid(),
    correlationId: p.uuid(),
    traceparent: p.text().nullable(),
    actor: p.json(),
    startedAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
    reason: p.text().nullable(),
  },
});

/** What the records of paired accounts say in the fields that both sides have, as they were last seen. */
export const recordCopyTable = defineEntity({
  name: 'RecordCopy',
  tableName: 'record_copy',
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
    revision: p.bigint(),
    /** Of the provider, where it has one: a write holds only for the record that is known here. */
    etag: p.text().nullable(),
    fields: p.json(),
  },
});

/** How a record of Clio and one of GHL that are kept in step stand, field by field. */
export const agreementTable = defineEntity({
  name: 'Agreement',
  tableName: 'agreement',
  uniques: [
    {
      name: 'agreement_once',
      properties: ['tenantId', 'entityType', 'clioConnectionId', 'clioRecordId', 'ghlConnectionId', 'ghlRecordId'],
    },
  ],
  indexes: [{ name: 'agreement_ghl', properties: ['tenantId', 'ghlConnectionId', 'ghlRecordId'] }],
  properties: {
    tenantId: p.uuid().primary(),
    agreementId: p.uuid().primary(),
    entityType: p.text(),
    clioConnectionId: p.uuid(),
    clioRecordId: p.text(),
    ghlConnectionId: p.uuid(),
    ghlRecordId: p.text(),
    fields: p.json(),
    /** Why nothing is written for now: a loop, records that are gone. */
    halted: p.array().columnType('text[]'),
    createdAt: p.datetime(3),
  },
});

/** Every write that agreement asked for. How many there were of a record in a while tells a loop. */
export const agreementWriteTable = defineEntity({
  name: 'AgreementWrite',
  tableName: 'agreement_write',
  indexes: [{ name: 'agreement_write_recent', properties: ['tenantId', 'agreementId', 'sentAt'] }],
  properties: {
    tenantId: p.uuid().primary(),
    writeId: p.uuid().primary(),
    agreementId: p.uuid(),
    side: p.text(),
    fields: p.json(),
    sentAt: p.datetime(3),
    outcome: p.text().nullable(),
  },
});

/** What a person has to decide, or a policy has decided. Without a field it is about the pair as a whole. */
export const conflictTable = defineEntity({
  name: 'Conflict',
  tableName: 'conflict',
  indexes: [
    { name: 'conflict_newest', properties: ['tenantId', 'state', 'changedAt', 'conflictId'] },
    { name: 'conflict_agreement', properties: ['tenantId', 'agreementId'] },
  ],
  uniques: [{ name: 'conflict_open', properties: ['tenantId', 'agreementId', 'field'], where: "state = 'open'" }],
  properties: {
    tenantId: p.uuid().primary(),
    conflictId: p.uuid().primary(),
    agreementId: p.uuid(),
    /** Empty for the pair as a whole. */
    field: p.text(),
    kind: p.text(),
    state: p.text(),
    policy: p.text().nullable(),
    reason: p.text().nullable(),
    base: p.json().nullable(),
    clio: p.json().nullable(),
    ghl: p.json().nullable(),
    decision: p.text().nullable(),
    decidedBy: p.text().nullable(),
    openedAt: p.datetime(3),
    changedAt: p.datetime(3),
  },
});

/** What somebody chose instead of the policy that a field comes with. */
export const fieldPolicyTable = defineEntity({
  name: 'FieldPolicy',
  tableName: 'field_policy',
  properties: {
    tenantId: p.uuid().primary(),
    clioConnectionId: p.uuid().primary(),
    ghlConnectionId: p.uuid().primary(),
    entityType: p.text().primary(),
    field: p.text().primary(),
    policy: p.text(),
    chosenBy: p.text(),
    chosenAt: p.datetime(3),
  },
});

export const mappingTables = [
  connectionTable,
  pairingTable,
  entityLinkTable,
  identityKeyTable,
  matchReviewTable,
  entityTable,
  recordErrorTable,
  renormalizationTable,
  replayTable,
  recordCopyTable,
  agreementTable,
  agreementWriteTable,
  conflictTable,
  fieldPolicyTable,
];
