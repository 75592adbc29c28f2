import type { ConnectionStatus, Provider, Region } from '@firmbridge/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import type { ConnectionRole } from '../domain/connection-role.js';
import { providerAppTable } from './connections/provider-app.table.js';
import { peopleTables } from './people/tables.js';
import { sagaTables } from './sagas/tables.js';

const tenantId = () => p.uuid().primary();

/** A law firm. */
export const tenantTable = defineEntity({
  name: 'Tenant',
  tableName: 'tenant',
  properties: {
    tenantId: tenantId(),
    /** Null until its first administrator names it. */
    name: p.text().nullable(),
    createdAt: p.datetime(3),
  },
});

export const connectionTable = defineEntity({
  name: 'Connection',
  tableName: 'connection',
  uniques: [
    // Over all tenants on purpose: an account belongs to one firm, until its connection has ended.
    {
      name: 'connection_account_in_use',
      properties: ['provider', 'region', 'accountId'],
      where: "status <> 'disconnected'",
    },
    { name: 'connection_account_of_tenant', properties: ['tenantId', 'provider', 'region', 'accountId'] },
  ],
  checks: [
    { name: 'connection_role_check', expression: "role = 'account' or (role = 'agency' and provider = 'ghl')" },
    { name: 'connection_region_check', expression: "(provider = 'ghl') = (region = 'global')" },
    { name: 'connection_status_check', expression: "status in ('active', 'reauthorization_required', 'disconnected')" },
  ],
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    provider: p.text().$type<Provider>(),
    region: p.text().$type<Region>(),
    accountId: p.text(),
    accountName: p.text(),
    role: p.text().$type<ConnectionRole>(),
    apiOrigin: p.text(),
    status: p.text().$type<ConnectionStatus>(),
    /** Why it waits to be reconnected. */
    statusReason: p.text().nullable(),
    credential: p.text().$type<'oauth' | 'private_token'>(),
    establishedAt: p.datetime(3),
    /** Rises with each event about the connection, which carries it as its time. */
    changedAt: p.datetime(3),
  },
});

/** Tokens are sealed; a row's own columns are the context, so that a value copied to another place does not open. */
export const credentialTable = defineEntity({
  name: 'Credential',
  tableName: 'credential',
  checks: [
    { name: 'credential_generation_check', expression: 'generation > 0' },
    {
      name: 'credential_expiring_is_renewable',
      expression: 'expires_at is null or refresh_token is not null or agency_id is not null',
    },
    { name: 'credential_refresh_is_planned', expression: '(expires_at is null) = (refresh_at is null)' },
    { name: 'credential_lease_is_whole', expression: '(lease_owner is null) = (lease_until is null)' },
  ],
  indexes: [
    { name: 'credential_due_index', properties: ['refreshAt'] },
    { name: 'credential_agency_index', properties: ['agencyId'] },
  ],
  properties: {
    tenantId: tenantId(),
    connectionId: p.uuid().primary(),
    accessToken: p.text(),
    refreshToken: p.text().nullable(),
    /** Of the generation before, where the provider rotates: the last resort when the current one is refused. */
    previousRefreshToken: p.text().nullable(),
    generation: p.integer(),
    grantedAt: p.datetime(3),
    expiresAt: p.datetime(3).nullable(),
    /** Some minutes before it expires, other for each token: from then on it is refreshed, whether or not somebody asks. */
    refreshAt: p.datetime(3).nullable(),
    /** The agency by whose token these were given, and can be given again. */
    agencyId: p.uuid().nullable(),
    leaseOwner: p.uuid().nullable(),
    leaseUntil: p.datetime(3).nullable(),
    /** Set before the provider is called and cleared by the outcome: one left behind tells of an attempt that died. */
    attemptStartedAt: p.datetime(3).nullable(),
    failureCount: p.integer(),
    /** No refresh before, after one that failed. */
    retryAt: p.datetime(3).nullable(),
  },
});

/** A sign-in on its way: found by the hash of the state that the provider hands back. */
export const oauthStateTable = defineEntity({
  name: 'OauthState',
  tableName: 'oauth_state',
  uniques: [{ name: 'oauth_state_hash_unique', properties: ['stateHash'] }],
  indexes: [{ name: 'oauth_state_nonce_index', properties: ['nonceHash'] }],
  properties: {
    tenantId: tenantId(),
    stateHash: p.text().primary(),
    provider: p.text().$type<Provider>(),
    region: p.text().$type<Region>(),
    returnTo: p.text().nullable(),
    /** The connection that is to be connected again. */
    connectionId: p.uuid().nullable(),
    /** Of the value in the cookie of the browser that may finish; null until somebody has confirmed that it is theirs. */
    nonceHash: p.text().nullable(),
    correlationId: p.uuid(),
    actor: p.text(),
    expiresAt: p.datetime(3),
    usedAt: p.datetime(3).nullable(),
  },
});

/** Two connections that are kept in step. */
export const pairingTable = defineEntity({
  name: 'Pairing',
  tableName: 'pairing',
  uniques: [{ name: 'pairing_connections_unique', properties: ['tenantId', 'clioConnectionId', 'ghlConnectionId'] }],
  properties: {
    tenantId: tenantId(),
    pairingId: p.uuid().primary(),
    clioConnectionId: p.uuid(),
    ghlConnectionId: p.uuid(),
    createdAt: p.datetime(3),
  },
});

export const authTables = [
  tenantTable,
  connectionTable,
  credentialTable,
  oauthStateTable,
  pairingTable,
  providerAppTable,
  ...sagaTables,
  ...peopleTables,
];
