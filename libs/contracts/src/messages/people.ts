import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';
import { permissionNames, roles } from '../permissions.js';

const exampleInstants = {
  created: '2026-11-18T14:58:03.120Z',
  loggedIn: '2026-11-18T15:01:44.902Z',
  idleEnd: '2026-11-18T23:01:44.902Z',
  end: '2026-11-25T15:01:44.902Z',
  linkEnd: '2026-11-19T14:58:03.120Z',
} as const;

const roleSchema = z.enum(roles);
const rolesSchema = z.array(roleSchema).min(1).max(roles.length);
const permissionSchema = z.enum(permissionNames);
const emailSchema = z.email().max(254);
const nameSchema = z.string().trim().min(1).max(200);
/** Whether a password is good enough is decided by auth, which says what is wrong with it. */
const passwordSchema = z.string().max(1000);
const secretSchema = z.string().max(200);
/** Of the browser or program that asked, as the gateway saw it: wrong passwords are counted by it too. */
const sourceAddressSchema = z.string().min(1).max(64);

export const personSchema = z
  .object({
    personId: z.uuid(),
    email: z.string(),
    name: z.string(),
    roles: z.array(roleSchema),
    /** `invited` has not chosen a password yet; `deactivated` cannot log in. */
    status: z.enum(['invited', 'active', 'deactivated']),
    createdAt: z.iso.datetime(),
    lastLoginAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Person' });
export type Person = z.output<typeof personSchema>;

const examplePerson: z.input<typeof personSchema> = {
  personId: exampleFirm.personId,
  email: 'imogen.vale@juniper-vale.example',
  name: 'Imogen Vale',
  roles: ['admin'],
  status: 'active',
  createdAt: exampleInstants.created,
  lastLoginAt: exampleInstants.loggedIn,
};

/** Who is logged in, in which firm, until when. */
export const sessionSchema = z
  .object({
    sessionId: z.uuid(),
    tenantId: z.uuid(),
    firmName: z.string().nullable(),
    person: personSchema.pick({ personId: true, email: true, name: true, roles: true }),
    /** Ends even when it is used. */
    expiresAt: z.iso.datetime(),
    /** Ends when it is not used before. */
    idleExpiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof sessionSchema>;

const exampleSession: z.input<typeof sessionSchema> = {
  sessionId: '6e0d7b52-3c81-4f9a-b4a6-f7120c95d8e3',
  tenantId: exampleFirm.tenantId,
  firmName: 'Juniper & Vale LLP',
  person: {
    personId: examplePerson.personId,
    email: examplePerson.email,
    name: examplePerson.name,
    roles: examplePerson.roles,
  },
  expiresAt: exampleInstants.end,
  idleExpiresAt: exampleInstants.idleEnd,
};

const newSessionSchema = z.object({ sessionToken: z.string(), session: sessionSchema });
const exampleNewSession: z.input<typeof newSessionSchema> = {
  sessionToken: 'example-session-token',
  session: exampleSession,
};

export const logIn = defineQuery({
  name: 'auth.log-in.v1',
  needs: { services: ['gateway'] },
  summary:
    'Begin a session by e-mail address and password; the session that the browser had before ends. One refusal for all reasons. Asked by the gateway only.',
  data: z.object({
    email: z.string().max(254),
    password: passwordSchema,
    sourceAddress: sourceAddressSchema,
    previousSessionToken: secretSchema.nullable(),
  }),
  reply: newSessionSchema,
  example: {
    email: 'imogen.vale@juniper-vale.example',
    password: 'example-password',
    sourceAddress: '203.0.113.24',
    previousSessionToken: null,
  },
  replyExample: exampleNewSession,
});

export const logOut = defineQuery({
  name: 'auth.log-out.v1',
  needs: { services: ['gateway'] },
  summary: 'End a session. Unknown and ended ones are no error. Asked by the gateway only.',
  data: z.object({ sessionToken: secretSchema }),
  reply: z.object({}),
  example: { sessionToken: 'example-session-token' },
  replyExample: {},
});

export const checkSession = defineQuery({
  name: 'auth.check-session.v1',
  needs: { services: ['gateway'] },
  summary:
    'Whose session a token is, null when it is unknown or over. Asking counts as using it, unless it is said not to. Asked by the gateway only.',
  data: z.object({
    sessionToken: secretSchema,
    /** False for a look that nobody asked for: an open page alone keeps no session alive. */
    countsAsUse: z.boolean().default(true),
  }),
  reply: z.object({ session: sessionSchema.nullable() }),
  example: { sessionToken: 'example-session-token', countsAsUse: true },
  replyExample: { session: exampleSession },
});

const exampleApiKeyId = 'a47d10c8-5e92-4b36-8f0c-d2b861e397f4';

export const apiKeySchema = z
  .object({
    keyId: z.uuid(),
    name: z.string(),
    role: roleSchema,
    /** Null: all that the role may do; else no more than these of it. */
    permissions: z.array(permissionSchema).nullable(),
    createdAt: z.iso.datetime(),
    /** The actor who made it: `person:<id>` or `key:<id>`. */
    createdBy: z.string(),
    /** Null: until it is revoked. */
    expiresAt: z.iso.datetime().nullable(),
    /** The day on which it was last used. */
    lastUsedOn: z.iso.date().nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.output<typeof apiKeySchema>;

const exampleApiKey: z.input<typeof apiKeySchema> = {
  keyId: exampleApiKeyId,
  name: 'Reporting',
  role: 'viewer',
  permissions: ['entities.read'],
  createdAt: '2026-11-18T15:30:12.004Z',
  createdBy: `person:${exampleFirm.personId}`,
  expiresAt: '2027-11-18T00:00:00.000Z',
  lastUsedOn: '2026-11-20',
};

/** Whose key it is and what it may do. */
export const knownApiKeySchema = apiKeySchema
  .pick({ keyId: true, name: true, role: true, permissions: true, expiresAt: true })
  .extend({ tenantId: z.uuid() })
  .meta({ id: 'KnownApiKey' });
export type KnownApiKey = z.output<typeof knownApiKeySchema>;

export const checkApiKey = defineQuery({
  name: 'auth.check-api-key.v1',
  needs: { services: ['gateway'] },
  summary: 'Whose API key it is, null when it is unknown, revoked or expired. Asked by the gateway only.',
  data: z.object({ apiKey: secretSchema }),
  reply: z.object({ key: knownApiKeySchema.nullable() }),
  example: { apiKey: 'example-api-key' },
  replyExample: {
    key: {
      tenantId: exampleFirm.tenantId,
      keyId: exampleApiKeyId,
      name: 'Reporting',
      role: 'viewer',
      permissions: ['entities.read'],
      expiresAt: '2027-11-18T00:00:00.000Z',
    },
  },
});

const setupLinkSchema = z.object({ setupToken: z.string(), expiresAt: z.iso.datetime() });
const exampleSetupLink: z.input<typeof setupLinkSchema> = {
  setupToken: 'example-setup-token',
  expiresAt: exampleInstants.linkEnd,
};

export const createSetupLink = defineQuery({
  name: 'auth.create-setup-link.v1',
  needs: 'platform.operate',
  summary:
    "A one-time token by which a firm's first administrator comes in; earlier ones of the firm end. Refused once the firm has an administrator. Needs platform.operate.",
  data: z.object({}),
  reply: setupLinkSchema,
  example: {},
  replyExample: exampleSetupLink,
});

export const getSetup = defineQuery({
  name: 'auth.get-setup.v1',
  needs: { services: ['gateway'] },
  summary: 'What a setup token is for, so that the page can ask for what is missing. Asked by the gateway only.',
  data: z.object({ setupToken: secretSchema }),
  reply: z.object({
    kind: z.enum(['first_administrator', 'invitation']),
    /** Of the person who is invited. */
    email: z.string().nullable(),
    name: z.string().nullable(),
    firmName: z.string().nullable(),
    expiresAt: z.iso.datetime(),
  }),
  example: { setupToken: 'example-setup-token' },
  replyExample: {
    kind: 'first_administrator',
    email: null,
    name: null,
    firmName: null,
    expiresAt: exampleInstants.linkEnd,
  },
});

export const redeemSetup = defineQuery({
  name: 'auth.redeem-setup.v1',
  needs: { services: ['gateway'] },
  summary:
    'Use a setup token: the first administrator names the firm and chooses e-mail address and password, an invited person a password. Begins a session. Asked by the gateway only.',
  data: z.object({
    setupToken: secretSchema,
    password: passwordSchema,
    name: nameSchema,
    /** Needed by the first administrator, ignored in an invitation: those know whom they invite. */
    email: emailSchema.nullable(),
    firmName: nameSchema.nullable(),
  }),
  reply: newSessionSchema,
  example: {
    setupToken: 'example-setup-token',
    password: 'example-password',
    name: 'Imogen Vale',
    email: 'imogen.vale@juniper-vale.example',
    firmName: 'Juniper & Vale LLP',
  },
  replyExample: exampleNewSession,
});

export const listPeople = defineQuery({
  name: 'auth.list-people.v1',
  needs: 'people.read',
  summary: 'The people of the firm by e-mail address. Needs people.read.',
  data: z.object({ limit: z.int().min(1).max(200), cursor: z.string().max(400).nullable() }),
  reply: z.object({ people: z.array(personSchema), nextCursor: z.string().nullable() }),
  example: { limit: 50, cursor: null },
  replyExample: { people: [examplePerson], nextCursor: null },
});

export const invitePerson = defineQuery({
  name: 'auth.invite-person.v1',
  needs: 'people.manage',
  summary:
    'A one-time token for a colleague, who is known to the firm from now on. For somebody invited or deactivated it is a new start: earlier tokens end. Needs people.manage, and every permission of the roles given.',
  data: z.object({ email: emailSchema, name: nameSchema, roles: rolesSchema }),
  reply: setupLinkSchema.extend({ personId: z.uuid() }),
  example: { email: 'theo.marsh@juniper-vale.example', name: 'Theo Marsh', roles: ['operator'] },
  replyExample: { ...exampleSetupLink, personId: '1f9ac2e6-7d40-4b58-a3e1-60c4b7d92f85' },
});

export const changeRoles = defineQuery({
  name: 'auth.change-roles.v1',
  needs: 'people.manage',
  summary:
    'Give a person other roles, which hold from the next request on. The last administrator stays one. Needs people.manage, and every permission of the roles given.',
  data: z.object({ personId: z.uuid(), roles: rolesSchema }),
  reply: personSchema,
  example: { personId: exampleFirm.personId, roles: ['admin'] },
  replyExample: examplePerson,
});

export const deactivatePerson = defineQuery({
  name: 'auth.deactivate-person.v1',
  needs: 'people.manage',
  summary:
    'Shut a person out: sessions and open invitations end. The last administrator cannot be. Needs people.manage.',
  data: z.object({ personId: z.uuid() }),
  reply: personSchema,
  example: { personId: exampleFirm.personId },
  replyExample: { ...examplePerson, status: 'deactivated' },
});

export const changePassword = defineQuery({
  name: 'auth.change-password.v1',
  needs: 'own-account.manage',
  summary:
    'Give oneself another password. All own sessions end except the one named. Needs own-account.manage and a person.',
  data: z.object({
    currentPassword: passwordSchema,
    newPassword: passwordSchema,
    keepSessionId: z.uuid().nullable(),
    sourceAddress: sourceAddressSchema,
  }),
  reply: z.object({}),
  example: {
    currentPassword: 'example-password',
    newPassword: 'example-new-password',
    keepSessionId: exampleSession.sessionId,
    sourceAddress: '203.0.113.24',
  },
  replyExample: {},
});

export const listApiKeys = defineQuery({
  name: 'auth.list-api-keys.v1',
  needs: 'keys.read',
  summary: 'The API keys of the firm that are not revoked, the newest first. Needs keys.read.',
  data: z.object({}),
  reply: z.object({ keys: z.array(apiKeySchema) }),
  example: {},
  replyExample: { keys: [exampleApiKey] },
});

export const createApiKey = defineQuery({
  name: 'auth.create-api-key.v1',
  needs: 'keys.manage',
  summary:
    'A new API key, told once. It may do what its role may, or less; never more than whoever makes it. Needs keys.manage.',
  data: z.object({
    name: nameSchema,
    role: roleSchema,
    permissions: z.array(permissionSchema).min(1).nullable(),
    expiresAt: z.iso.datetime().nullable(),
  }),
  reply: z.object({ apiKey: z.string(), key: apiKeySchema }),
  example: {
    name: 'Reporting',
    role: 'viewer',
    permissions: ['entities.read'],
    expiresAt: '2027-11-18T00:00:00.000Z',
  },
  replyExample: { apiKey: 'example-api-key', key: { ...exampleApiKey, lastUsedOn: null } },
});

export const revokeApiKey = defineQuery({
  name: 'auth.revoke-api-key.v1',
  needs: 'keys.manage',
  summary: 'End an API key for good. One that is revoked already is no error. Needs keys.manage.',
  data: z.object({ keyId: z.uuid() }),
  reply: z.object({}),
  example: { keyId: exampleApiKeyId },
  replyExample: {},
});
