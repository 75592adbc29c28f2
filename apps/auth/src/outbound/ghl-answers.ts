import { ghlLocationReplySchema, ghlTokenReplySchema, isTokenExpired, parseGhlError } from '@firmbridge/ghl-api';
import type { AccountRef } from '../domain/connection-role.js';
import { isTransient, unavailable, unreadable } from './answers.js';
import type { AccountOutcome, RevocationOutcome, TokenOutcome } from './oauth-client.js';
import type { HttpAnswer } from './provider-http.js';

/** A suspended sub-account comes back, and its grant with it. */
const suspendedPauseMs = 15 * 60_000;
const suspended = /location is not active/i;
const wrongApp = /client.?(id|secret|key|credentials)|invalid_client/i;

export function tokenOutcomeOf(answer: HttpAnswer): TokenOutcome {
  if (isTransient(answer)) return unavailable('GoHighLevel', answer);
  if (answer.status === 200 || answer.status === 201) return grantOf(answer.body);
  const said = saidBy(answer);
  if (suspended.test(said)) {
    const reason = 'The sub-account is suspended at GoHighLevel.';
    return { kind: 'unavailable', reason, retryAfterMs: suspendedPauseMs, isUnknown: false };
  }
  if (wrongApp.test(said)) {
    return { kind: 'misconfigured', reason: `GoHighLevel refused our app (${said}): check its id and secret.` };
  }
  // HighLevel publishes no list of token errors: what it refuses for no other reason is dead.
  return { kind: 'refused', reason: `GoHighLevel no longer accepts it (${said}).` };
}

/** `unauthorized`: the agency's token is not taken, and says nothing about the location. */
export type ExchangeOutcome = TokenOutcome | { readonly kind: 'unauthorized'; readonly reason: string };

export function exchangeOutcomeOf(answer: HttpAnswer): ExchangeOutcome {
  if (answer.status !== 401 || !isTokenExpired(401, answer.body)) return tokenOutcomeOf(answer);
  return { kind: 'unauthorized', reason: "GoHighLevel does not accept the agency's token." };
}

function grantOf(body: unknown): TokenOutcome {
  const token = ghlTokenReplySchema.safeParse(body);
  if (!token.success) return unreadable('GoHighLevel');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds, scope } = token.data;
  const scopes = (scope ?? '').split(/\s+/).filter((name) => name !== '');
  const account = accountRefOf(token.data);
  return {
    kind: 'granted',
    grant: { accessToken, refreshToken: refreshToken || null, expiresInSeconds, account, scopes },
  };
}

function accountRefOf(token: { locationId?: string | null | undefined; companyId?: string | null | undefined }) {
  const { locationId, companyId } = token;
  if (locationId) return { role: 'account', accountId: locationId } satisfies AccountRef;
  return companyId ? ({ role: 'agency', accountId: companyId } satisfies AccountRef) : null;
}

export function locationOf(answer: HttpAnswer, locationId: string): AccountOutcome {
  const refusal = refusalOf(answer, `the location ${locationId}`);
  if (refusal !== null) return refusal;
  const parsed = ghlLocationReplySchema.safeParse(answer.body);
  if (!parsed.success || parsed.data.location.id !== locationId) return unreadable('GoHighLevel');
  const accountName = parsed.data.location.name || `Location ${locationId}`;
  return { kind: 'known', role: 'account', accountId: locationId, accountName };
}

/** Why a call of the data API did not bring what was asked for; null when it did. */
export function refusalOf(answer: HttpAnswer, what: string): Exclude<AccountOutcome, { kind: 'known' }> | null {
  if (isTransient(answer)) return unavailable('GoHighLevel', answer);
  if (answer.status === 401 && isTokenExpired(401, answer.body)) {
    return { kind: 'unauthorized', reason: 'GoHighLevel does not accept the token.' };
  }
  if (answer.status === 200) return null;
  return { kind: 'forbidden', reason: `GoHighLevel does not show ${what} to this token (${saidBy(answer)}).` };
}

export function revocationOf(answer: HttpAnswer): RevocationOutcome {
  if (isTransient(answer)) return unavailable('GoHighLevel', answer);
  if (answer.status === 200) return { kind: 'revoked' };
  if (answer.status === 401 && isTokenExpired(401, answer.body)) return { kind: 'dead' };
  return { kind: 'refused', reason: `GoHighLevel did not uninstall the app (${saidBy(answer)}).` };
}

function saidBy({ body }: HttpAnswer): string {
  return parseGhlError(body).messages.join(' ').slice(0, 200);
}
