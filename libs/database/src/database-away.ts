import { errorCode } from './error-code.js';

/** Of the operating system, of PostgreSQL (shutting down, starting up, full, connection lost), and of the driver. */
const codes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|57P0[123]|53300|08[0-9A-Z]{3})$/;
const sentences =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i;

/** The statement failed because the database could not be reached, not because of what it said: it can be tried as it is. */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (codes.test(errorCode(error) ?? '')) return true;
  if ('message' in error && sentences.test(String(error.message))) return true;
  return 'cause' in error && error.cause !== error && isDatabaseAway(error.cause);
}
