import { AppError, syncServiceOf, type Actor, type Provider } from '@firmbridge/contracts';

/** Only the sync service of a provider gets its tokens. */
export function requireTokenRight(actor: Actor, provider: Provider): void {
  if (actor.kind === 'system' && actor.id === syncServiceOf[provider]) return;
  throw new AppError(
    'forbidden',
    'token.forbidden',
    `Access tokens of ${provider} are given to its sync service only.`,
  );
}
