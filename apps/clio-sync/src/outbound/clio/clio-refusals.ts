import {
  clioPermissionAdvice,
  clioPermissions,
  clioWritePermissionAdvice,
  type ClioWritableName,
} from '@firmbridge/clio-api';
import { AppError, isAppError } from '@firmbridge/contracts';

/** A refusal of Clio with what a person needs to act on it: the permission, or the fields that its words are about. */
export function naming(
  error: unknown,
  resource: ClioWritableName,
  changes?: Readonly<Record<string, unknown>>,
): unknown {
  if (!isAppError(error)) return error;
  if (error.kind === 'forbidden') return forbidden(error, resource, changes !== undefined);
  if (error.kind === 'validation' && changes !== undefined) return invalid(error, changes);
  return error;
}

function forbidden(error: AppError, resource: ClioWritableName, isWrite: boolean): AppError {
  const advice = isWrite ? clioWritePermissionAdvice(resource) : clioPermissionAdvice(resource);
  const details = { ...error.details, permissions: clioPermissions[resource].names };
  return new AppError(error.kind, error.code, `${error.message}. ${advice}`, { details, cause: error });
}

function invalid(error: AppError, changes: Readonly<Record<string, unknown>>): AppError {
  const said = words(String(error.details['providerMessage'] ?? ''));
  const fields = Object.keys(changes).filter((field) => ` ${said} `.includes(` ${words(field)} `));
  return new AppError(error.kind, error.code, error.message, { details: { ...error.details, fields }, cause: error });
}

/** Clio writes `close_date` and "Close date" for the same thing. */
function words(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
