import type { Permission, Person, Role } from '@firmbridge/contracts';
import { defineEntity, p } from '@mikro-orm/core';

const tenantId = () => p.uuid().primary();

/** Somebody of a firm who may log in. */
export const personTable = defineEntity({
  name: 'Person',
  tableName: 'person',
  // Over all tenants on purpose: whoever logs in names no firm.
  uniques: [{ name: 'person_email_unique', properties: ['email'] }],
  checks: [
    { name: 'person_email_is_lower_case', expression: 'email = lower(email)' },
    { name: 'person_status_check', expression: "status in ('invited', 'active', 'deactivated')" },
    { name: 'person_active_has_password', expression: "status <> 'active' or password_hash is not null" },
    {
      name: 'person_roles_check',
      expression: "cardinality(roles) > 0 and roles <@ array['viewer', 'operator', 'admin', 'auditor']",
    },
  ],
  properties: {
    tenantId: tenantId(),
    personId: p.uuid().primary(),
    email: p.text(),
    name: p.text(),
    roles: p.array<Role>().columnType('text[]'),
    status: p.text().$type<Person['status']>(),
    /** As a PHC string: the parameters stand beside the hash. */
    passwordHash: p.text().nullable(),
    createdAt: p.datetime(3),
    lastLoginAt: p.datetime(3).nullable(),
  },
});

/** Somebody logged in: found by the hash of the token that the browser has. */
export const sessionTable = defineEntity({
  name: 'Session',
  tableName: 'session',
  uniques: [{ name: 'session_token_unique', properties: ['tokenHash'] }],
  indexes: [
    { name: 'session_person_index', properties: ['tenantId', 'personId'] },
    { name: 'session_end_index', properties: ['expiresAt'] },
  ],
  properties: {
    tenantId: tenantId(),
    sessionId: p.uuid().primary(),
    personId: p.uuid(),
    tokenHash: p.text(),
    createdAt: p.datetime(3),
    /** To the minute or so: not every use is written down. */
    lastUsedAt: p.datetime(3),
    expiresAt: p.datetime(3),
  },
});

/** A one-time way in: for the first administrator of a firm, or for the person it names. */
export const setupTokenTable = defineEntity({
  name: 'SetupToken',
  tableName: 'setup_token',
  uniques: [{ name: 'setup_token_hash_unique', properties: ['tokenHash'] }],
  checks: [
    { name: 'setup_token_kind_check', expression: "kind in ('first_administrator', 'invitation')" },
    { name: 'setup_token_invites_somebody', expression: "(kind = 'invitation') = (person_id is not null)" },
  ],
  properties: {
    tenantId: tenantId(),
    tokenHash: p.text().primary(),
    kind: p.text().$type<'first_administrator' | 'invitation'>(),
    personId: p.uuid().nullable(),
    createdBy: p.text(),
    expiresAt: p.datetime(3),
  },
});

/** A program's way in. Of the secret only the hash is here. */
export const apiKeyTable = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  // Over all tenants on purpose: whoever comes with a key names no firm.
  uniques: [{ name: 'api_key_id_unique', properties: ['keyId'] }],
  checks: [{ name: 'api_key_role_check', expression: "role in ('viewer', 'operator', 'admin', 'auditor')" }],
  properties: {
    tenantId: tenantId(),
    keyId: p.uuid().primary(),
    name: p.text(),
    secretHash: p.text(),
    role: p.text().$type<Role>(),
    permissions: p.array<Permission>().columnType('text[]').nullable(),
    createdBy: p.text(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
    lastUsedOn: p.date().nullable(),
  },
});

/**
 * Wrong passwords by e-mail address and by source address, both as hashes: people type passwords into the wrong field. Of
 * no tenant, for most who guess name an address that nobody has.
 */
export const loginAttemptTable = defineEntity({
  name: 'LoginAttempt',
  tableName: 'login_attempt',
  indexes: [{ name: 'login_attempt_age_index', properties: ['lastAttemptAt'] }],
  properties: {
    subject: p.text().primary(),
    attemptCount: p.integer(),
    lastAttemptAt: p.datetime(3),
    lockedUntil: p.datetime(3).nullable(),
  },
});

export const peopleTables = [personTable, sessionTable, setupTokenTable, apiKeyTable, loginAttemptTable];
