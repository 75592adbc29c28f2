import type { AccountRef, ConnectionRole } from '../domain/connection-role.js';
import type { CallRecord } from './provider-http.js';

export interface Grant {
  readonly accessToken: string;
  /** Null when the one before stays valid, or when there is none. */
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
  /** Where the provider names the account along with the tokens. */
  readonly account: AccountRef | null;
  /** What the token may be used for, where the provider says so. */
  readonly scopes: readonly string[];
}

export type TokenOutcome =
  | { readonly kind: 'granted'; readonly grant: Grant }
  /** The code or refresh token is dead: trying again cannot help. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The provider does not take our app's id and secret: the grant itself may be in good health. */
  | { readonly kind: 'misconfigured'; readonly reason: string }
  | {
      readonly kind: 'unavailable';
      readonly reason: string;
      readonly retryAfterMs: number | null;
      /** Tokens may have been given that did not reach us. */
      readonly isUnknown: boolean;
    };

export type AccountOutcome =
  | ({ readonly kind: 'known'; readonly accountName: string } & AccountRef)
  /** The token is not taken. */
  | { readonly kind: 'unauthorized'; readonly reason: string }
  /** The token is taken, and may not do this. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The tokens of one grant. */
export interface HeldTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
}

export type RevocationOutcome =
  | { readonly kind: 'revoked' }
  /** The provider does not know the token any more. */
  | { readonly kind: 'dead' }
  /** It knows the token and does not end it. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs: number | null };

/** An outcome with the calls it took. */
export type Called<Outcome> = Outcome & { readonly calls: readonly CallRecord[] };

/** Sign-in at one provider (and region): the few things we need of it. */
export interface OauthClient {
  /** Of the provider's data API, as the connection carries it. */
  readonly apiOrigin: string;
  authorizeUrl(state: string): string;
  exchange(code: string): Promise<Called<TokenOutcome>>;
  refresh(refreshToken: string, role: ConnectionRole): Promise<Called<TokenOutcome>>;
  /** Tokens that were lost, without a person, where the provider has a way for it. */
  recover?(account: AccountRef): Promise<Called<TokenOutcome>>;
  /** The account that a token belongs to. */
  readAccount(accessToken: string, account: AccountRef | null): Promise<Called<AccountOutcome>>;
  /** Ends the grant that the tokens belong to. */
  revoke(held: HeldTokens, account: AccountRef): Promise<Called<RevocationOutcome>>;
}
