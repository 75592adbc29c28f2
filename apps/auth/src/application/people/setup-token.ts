import { AppError } from '@firmbridge/contracts';
import { randomBytes } from 'node:crypto';

export const setupLifetimeMs = 24 * 60 * 60_000;

export function newSetupToken(): string {
  return randomBytes(32).toString('base64url');
}

/** One sentence for a token that never was, was used, was replaced or is too old. */
export function unknownSetup(): AppError {
  return new AppError('not_found', 'setup.unknown', 'This link was used already or is too old. Ask for a new one.');
}

export function alreadySetUp(): AppError {
  const message = 'This firm has an administrator already, who can invite others.';
  return new AppError('conflict', 'setup.done', message);
}
