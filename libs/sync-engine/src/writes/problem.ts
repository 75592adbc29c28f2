import { isAppError, messageOf, type AppError, type OperationProblem } from '@firmbridge/contracts';

/** What is kept of a failure: ours as it is, of any other only that there was one. */
export function problemOf(error: unknown): OperationProblem {
  if (!isAppError(error)) return { kind: 'internal', code: 'write.failed', ...nothingMore, message: messageOf(error) };
  return fromAppError(error);
}

const nothingMore = { retryAfterMs: null, details: {} };

function fromAppError({ kind, code, message, details, retryAfterMs }: AppError): OperationProblem {
  return { kind, code, message, details: { ...details }, retryAfterMs: retryAfterMs ?? null };
}
