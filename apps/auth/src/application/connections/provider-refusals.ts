import { AppError } from '@firmbridge/contracts';
import type { AccountOutcome, TokenOutcome } from '../../outbound/oauth-client.js';

/** Why a person's consent led to no tokens. */
export function exchangeError(outcome: Exclude<TokenOutcome, { kind: 'granted' }>): AppError {
  switch (outcome.kind) {
    case 'refused':
      return new AppError('validation', 'oauth.code_refused', `${outcome.reason} Start again from Firmbridge.`);
    case 'misconfigured':
      return new AppError('unavailable', 'provider.app_refused', outcome.reason);
    case 'unavailable':
      return new AppError('unavailable', 'provider.unavailable', `${outcome.reason} Try again in a moment.`);
  }
}

/** Why an account could not be read. */
export function accountError(outcome: Exclude<AccountOutcome, { kind: 'known' }>): AppError {
  switch (outcome.kind) {
    case 'unauthorized':
      return new AppError('unauthorized', 'provider.token_refused', outcome.reason);
    case 'forbidden':
      return new AppError('forbidden', 'provider.account_hidden', outcome.reason);
    case 'unavailable':
      return new AppError('unavailable', 'provider.unavailable', `${outcome.reason} Try again in a moment.`);
  }
}
