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
    createdAt: p.datetime(3),
  },
});

/** The crosswalk: which record is which entity. */
export const entityLinkTable = defineEntity({
  name: 'EntityLink',
  tableName: 'entity_link',
  indexes: [{ name: 'entity_link_entity', properties: ['tenantId', 'entityId'] }],
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
  },
});

/** The normalized form. Its row lock orders everything that happens to it. */
export const entityTable = defineEntity({
  name: 'Entity',
  tableName: 'entity',
  indexes: [{ name: 'entity_newest', properties: ['tenantId', 'entityType', 'updatedAt', 'entityId'] }],
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
  },
});

export const mappingTables = [connectionTable, pairingTable, entityLinkTable, entityTable, recordErrorTable];
