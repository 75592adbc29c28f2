import { ghlOAuthPaths } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { z } from 'zod';
import { GhlRefusal, refusal } from '../http/errors.js';
import { validated } from '../http/validate.js';
import { answering } from '../http/answer.js';
import type { GhlWorld } from '../world.js';
import { judgeRefresh, type Grant } from './grants.js';

const text = z.string().min(1);
const requestSchema = z.strictObject({
  client_id: text,
  client_secret: text,
  grant_type: z.enum(['authorization_code', 'refresh_token', 'client_credentials']),
  code: z.string().optional(),
  refresh_token: z.string().optional(),
  user_type: z.enum(['Company', 'Location']).optional(),
  redirect_uri: z.string().optional(),
});
type TokenRequest = z.output<typeof requestSchema>;

const reconnectSchema = z.strictObject({
  clientKey: text,
  clientSecret: text,
  locationId: text.optional(),
  companyId: text.optional(),
});

/** `/oauth/token` needs neither a `Version` header nor a bearer; `/oauth/reconnect` gives a new code for a lost token (1.1). */
export function mountTokenEndpoint(router: Router, world: GhlWorld): void {
  router.post(
    ghlOAuthPaths.token,
    answering(world, (request) => ({ status: 200, body: exchange(world, request.body) })),
  );
  router.post(
    ghlOAuthPaths.reconnect,
    answering(world, (request) => ({ status: 200, body: reconnect(world, request.body) })),
  );
}

function exchange(world: GhlWorld, body: unknown): Record<string, unknown> {
  const request = validated(requestSchema, body);
  if (request.grant_type === 'authorization_code') return world.tokens.replyFor(redeemed(world, request));
  if (request.grant_type === 'refresh_token') return world.tokens.replyFor(refreshed(world, request));
  if (!world.switches.now.clientCredentials)
    throw oauthRefusal(400, 'unsupported_grant_type', 'Unsupported grant type');
  checkClient(world, request.client_id, request.client_secret);
  const owner = { authClass: 'Company', authClassId: world.companyId } as const;
  return world.tokens.replyFor(world.grants.rotate(world.tokens.newGrant(owner, world.app.scopes), world.now()));
}

// The code is looked up before the client's credentials are.
function redeemed(world: GhlWorld, request: TokenRequest): Grant {
  const claims = world.tokens.readCode(request.code ?? '');
  const grant = claims && world.grants.get(claims.grantId);
  if (!grant || grant.generation > 0) {
    throw oauthRefusal(401, 'UnAuthorized!', 'Authorization code not found');
  }
  checkClient(world, request.client_id, request.client_secret);
  if (
    request.redirect_uri !== undefined &&
    claims.redirectUri !== null &&
    request.redirect_uri !== claims.redirectUri
  ) {
    throw oauthRefusal(400, 'invalid_grant', 'redirect_uri does not match');
  }
  return world.grants.rotate(grant, world.now());
}

function refreshed(world: GhlWorld, request: TokenRequest): Grant {
  checkClient(world, request.client_id, request.client_secret);
  const claims = world.tokens.readRefresh(request.refresh_token ?? '');
  const grant = claims && world.grants.get(claims.grantId);
  const verdict = grant ? judgeRefresh(grant, claims.generation, world.now()) : 'used';
  if (!grant || verdict === 'used') {
    const status = Number(world.switches.now.reusedRefreshStatus);
    throw oauthRefusal(status, 'invalid_grant', 'This refresh token is invalid or has already been used.');
  }
  if (world.store.locations.get(grant.authClassId)?.suspended) throw refusal(400, 'Location is not active');
  return verdict === 'repeated' ? grant : world.grants.rotate(grant, world.now());
}

function reconnect(world: GhlWorld, body: unknown): Record<string, unknown> {
  const { clientKey, clientSecret, locationId, companyId } = validated(reconnectSchema, body);
  checkClient(world, clientKey, clientSecret);
  const installation = world.installations.of(locationId ?? companyId ?? '');
  if (!installation) throw refusal(400, 'No installation found for the given location or company.');
  const { authClass, authClassId, scopes } = installation;
  const { code, expiresAt } = world.tokens.open({ authClass, authClassId }, scopes, null);
  return { authorizationCode: code, expiresAt: expiresAt.toISOString() };
}

function checkClient(world: GhlWorld, clientId: string, clientSecret: string): void {
  if (clientId === world.app.clientId && clientSecret === world.app.clientSecret) return;
  throw oauthRefusal(401, 'UnAuthorized!', 'Invalid client credentials');
}

function oauthRefusal(status: number, error: string, description: string): GhlRefusal {
  return new GhlRefusal(status, { error, error_description: description });
}
