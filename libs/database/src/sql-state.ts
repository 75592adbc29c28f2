import { errorCode } from './error-code.js';

/** The states a caller may want to tell apart; all of them can succeed when tried again. */
export const sqlStates = {
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
  insufficientPrivilege: '42501',
} as const;

/** PostgreSQL's five-character error code, whether the error comes from `Tx.query` or from the entity manager. */
export function sqlState(error: unknown): string | null {
  const code = errorCode(error);
  return code !== null && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
