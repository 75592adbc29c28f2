import { z } from 'zod';
import type { GhlOperation } from './operations.js';
import { ghlApiOrigin } from './versions.js';

/** Where a person allows the app; the same path answers on both marketplaces. */
export const ghlMarketplaces = {
  standard: 'https://marketplace.gohighlevel.com',
  whiteLabel: 'https://marketplace.leadconnectorhq.com',
} as const;

export const ghlOAuthPaths = {
  chooseLocation: '/v2/oauth/chooselocation',
  token: '/oauth/token',
  reconnect: '/oauth/reconnect',
} as const;

export const ghlTokenUrl = ghlApiOrigin + ghlOAuthPaths.token;

/** Refresh tokens are single-use; the same one presented again within this time gets the same successor. */
export const ghlRefreshGraceSeconds = 30;

export interface GhlAuthorizeOptions {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** That it comes back is not documented. */
  readonly state: string;
  /** The app version, as in the portal's own install link: without it a private app can fail with `error.noversionid`. */
  readonly versionId?: string;
  /** Another origin, with or without a path in front (the sandbox has one). */
  readonly marketplace?: string;
}

export function ghlAuthorizeUrl(options: GhlAuthorizeOptions): string {
  const url = new URL(options.marketplace ?? ghlMarketplaces.standard);
  url.pathname = url.pathname.replace(/\/$/, '') + ghlOAuthPaths.chooseLocation;
  url.search = new URLSearchParams({
    response_type: 'code',
    redirect_uri: options.redirectUri,
    client_id: options.clientId,
    scope: options.scopes.join(' '),
    state: options.state,
    ...(options.versionId ? { version_id: options.versionId } : {}),
  }).toString();
  return url.href;
}

export const ghlUserTypes = ['Company', 'Location'] as const;
export type GhlUserType = (typeof ghlUserTypes)[number];

/** Sent as `application/x-www-form-urlencoded`, without a `Version` header. */
export type GhlTokenRequest =
  | {
      readonly grant_type: 'authorization_code';
      readonly client_id: string;
      readonly client_secret: string;
      readonly code: string;
      readonly redirect_uri?: string;
      readonly user_type?: GhlUserType;
    }
  | {
      readonly grant_type: 'refresh_token';
      readonly client_id: string;
      readonly client_secret: string;
      readonly refresh_token: string;
      readonly user_type?: GhlUserType;
    };

/** Of `/oauth/token` and `/oauth/locationToken`. A Location token names its location, a Company token does not. */
export const ghlTokenReplySchema = z.looseObject({
  access_token: z.string().min(1),
  token_type: z.string().nullish(),
  /** Seconds. */
  expires_in: z.number().positive(),
  /** An older `/oauth/locationToken` gave none. */
  refresh_token: z.string().nullish(),
  refreshTokenId: z.string().nullish(),
  scope: z.string().nullish(),
  userType: z.enum(ghlUserTypes).nullish(),
  companyId: z.string().nullish(),
  locationId: z.string().nullish(),
  userId: z.string().nullish(),
  isBulkInstallation: z.boolean().nullish(),
  approvedLocations: z.array(z.string()).nullish(),
});
export type GhlTokenReply = z.output<typeof ghlTokenReplySchema>;

/** For tokens that were lost: gives a code to exchange, without the user. */
export interface GhlReconnectRequest {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly locationId?: string;
  readonly companyId?: string;
}

export const ghlReconnectReplySchema = z.looseObject({
  authorizationCode: z.string().min(1),
  expiresAt: z.union([z.string(), z.number()]).nullish(),
});

export const ghlInstalledLocationsReplySchema = z.looseObject({
  locations: z
    .array(z.looseObject({ _id: z.string(), name: z.string().nullish(), isInstalled: z.boolean().nullish() }))
    .nullish(),
  count: z.number().nullish(),
});

/**
 * Removes the app from the location or agency that the token is of, and so ends its access. Published on the page "Uninstall an
 * application" of the marketplace's documentation, not in the specification files.
 */
export const ghlUninstallOperation = {
  method: 'DELETE',
  path: '/marketplace/app/{appId}/installations',
  family: 'oauth',
  audience: 'either',
  scope: 'oauth.write',
  idempotent: true,
} as const satisfies GhlOperation;

export const ghlUninstallReplySchema = z.looseObject({ success: z.boolean() });

/** A static bearer for one location or agency; it is never refreshed and gets no webhooks. */
export function isPrivateIntegrationToken(token: string): boolean {
  return token.startsWith('pit-');
}

/** The part of a client id before the dash: webhooks name it as `appId`. */
export function ghlAppIdOf(clientId: string): string {
  return clientId.split('-')[0] ?? clientId;
}
