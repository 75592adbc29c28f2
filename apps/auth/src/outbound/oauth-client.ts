import type { CallRecord } from './provider-http.js';

export interface Grant {
  readonly accessToken: string;
  /** Null when the one before stays valid. */
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
  /** Where the provider names the account along with the tokens. */
  readonly accountId: string | null;
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
  | { readonly kind: 'known'; readonly accountId: string; readonly accountName: string }
  /** The token is not taken. */
  | { readonly kind: 'unauthorized'; readonly reason: string }
  /** The token is taken, and may not do this. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** An outcome with the calls it took. */
export type Called<Outcome> = Outcome & { readonly calls: readonly CallRecord[] };

/** Sign-in at one provider (and region): the four things we need of it. */
export interface OauthClient {
  /** Of the provider's data API, as the connection carries it. */
  readonly apiOrigin: string;
  authorizeUrl(state: string): string;
  exchange(code: string): Promise<Called<TokenOutcome>>;
  refresh(refreshToken: string): Promise<Called<TokenOutcome>>;
  /** The account that a token belongs to. */
  readAccount(accessToken: string, accountId: string | null): Promise<Called<AccountOutcome>>;
}
