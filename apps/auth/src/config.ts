import { clioRegions, type ClioRegion } from '@firmbridge/clio-api';
import { ghlApiOrigin, ghlMarketplaces, ghlOAuthPaths } from '@firmbridge/ghl-api';
import { z } from 'zod';
import { peopleConfig, peopleEnvironment } from './people-config.js';

const address = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
const origins = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((origin) => origin.trim() || []))
  .pipe(z.array(z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin)));
const seconds = z.coerce.number().int().min(1).max(600);
const optional = z
  .string()
  .optional()
  .transform((text) => text || undefined);

const environment = z.object({
  PUBLIC_URL: address,
  RETURN_ORIGINS: origins,
  CLIO_US_ORIGIN: address.default(clioRegions.us.authOrigin),
  CLIO_EU_ORIGIN: address.default(clioRegions.eu.authOrigin),
  CLIO_CA_ORIGIN: address.default(clioRegions.ca.authOrigin),
  CLIO_AU_ORIGIN: address.default(clioRegions.au.authOrigin),
  CLIO_US_CLIENT_ID: optional,
  CLIO_US_CLIENT_SECRET: optional,
  CLIO_EU_CLIENT_ID: optional,
  CLIO_EU_CLIENT_SECRET: optional,
  CLIO_CA_CLIENT_ID: optional,
  CLIO_CA_CLIENT_SECRET: optional,
  CLIO_AU_CLIENT_ID: optional,
  CLIO_AU_CLIENT_SECRET: optional,
  GHL_API_ORIGIN: address.default(ghlApiOrigin),
  /** Parameters it already has (`version_id` of the portal's install link) are kept. */
  GHL_AUTHORIZE_URL: address.default(ghlMarketplaces.standard + ghlOAuthPaths.chooseLocation),
  GHL_CLIENT_ID: optional,
  GHL_CLIENT_SECRET: optional,
  GHL_AGENCY_SCOPES: z.enum(['true', 'false']).default('true'),
  VAULT_KEYS: z.string().min(1),
  // Giving up on a call early can lose a rotated token, and waiting costs nothing while the lease is extended.
  TOKEN_CALL_TIMEOUT_SECONDS: seconds.default(40),
  // Within the 30 s in which HighLevel repeats the successor of a refresh token, a dead holder is followed.
  TOKEN_LEASE_SECONDS: seconds.default(15),
  // A little more than one call.
  TOKEN_WAIT_SECONDS: seconds.default(45),
  TOKEN_REFRESH_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  SAGA_REPEAT_SECONDS: z.coerce.number().int().min(1).max(86_400).default(180),
  BACKUP_KEPT_DAYS: z.coerce.number().int().min(0).max(3_650).default(30),
  ...peopleEnvironment,
});
type Environment = z.output<typeof environment>;

/** What a provider's app is known by. */
export interface AppCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ProviderApp {
  readonly origin: string;
  /** Null when the environment names none. */
  readonly credentials: AppCredentials | null;
}

function credentials(clientId: string | undefined, clientSecret: string | undefined): AppCredentials | null {
  return clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : null;
}

const idsAndSecrets = ['CLIO_US', 'CLIO_EU', 'CLIO_CA', 'CLIO_AU', 'GHL'] as const;

function refuseHalves(env: Environment, context: z.core.$RefinementCtx<Environment>): void {
  for (const app of idsAndSecrets) {
    const names = [`${app}_CLIENT_ID`, `${app}_CLIENT_SECRET`] as const;
    const missing = names.filter((name) => env[name] === undefined);
    const [name] = missing;
    if (missing.length === 1 && name !== undefined) {
      context.addIssue({ code: 'custom', path: [name], message: 'is needed, because its other half is set' });
    }
  }
}

export const authConfig = environment.superRefine(refuseHalves).transform((env) => ({
  publicUrl: env.PUBLIC_URL,
  returnOrigins: [new URL(env.PUBLIC_URL).origin, ...env.RETURN_ORIGINS],
  clio: {
    us: { origin: env.CLIO_US_ORIGIN, credentials: credentials(env.CLIO_US_CLIENT_ID, env.CLIO_US_CLIENT_SECRET) },
    eu: { origin: env.CLIO_EU_ORIGIN, credentials: credentials(env.CLIO_EU_CLIENT_ID, env.CLIO_EU_CLIENT_SECRET) },
    ca: { origin: env.CLIO_CA_ORIGIN, credentials: credentials(env.CLIO_CA_CLIENT_ID, env.CLIO_CA_CLIENT_SECRET) },
    au: { origin: env.CLIO_AU_ORIGIN, credentials: credentials(env.CLIO_AU_CLIENT_ID, env.CLIO_AU_CLIENT_SECRET) },
  } satisfies Record<ClioRegion, ProviderApp>,
  ghl: {
    origin: env.GHL_API_ORIGIN,
    authorizeUrl: env.GHL_AUTHORIZE_URL,
    credentials: credentials(env.GHL_CLIENT_ID, env.GHL_CLIENT_SECRET),
    /** Whether the app has `oauth.readonly` and `oauth.write`: agencies need them, and it does to take itself away. */
    hasAgencyScopes: env.GHL_AGENCY_SCOPES === 'true',
  },
  vaultKeys: env.VAULT_KEYS,
  tokens: {
    /** Of one call of a token endpoint. */
    callTimeoutMs: env.TOKEN_CALL_TIMEOUT_SECONDS * 1000,
    /** The right to refresh one credential; extended while its holder lives. */
    leaseMs: env.TOKEN_LEASE_SECONDS * 1000,
    /** How long a caller waits while another replica refreshes. */
    waitMs: env.TOKEN_WAIT_SECONDS * 1000,
    /** Tokens that one replica refreshes at the same time without being asked. */
    refreshConcurrency: env.TOKEN_REFRESH_CONCURRENCY,
  },
  sagas: {
    /** After so long without an answer the services are asked again. */
    repeatMs: env.SAGA_REPEAT_SECONDS * 1000,
    /** How long backups are kept: named in the record of an erasure. */
    backupDays: env.BACKUP_KEPT_DAYS,
  },
  people: peopleConfig(env),
}));
export type AuthConfig = z.output<typeof authConfig>;
