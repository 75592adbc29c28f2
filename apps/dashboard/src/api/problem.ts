import type { ProblemDetails } from '@firmbridge/api-client';

/** Why the gateway refused, in words for a person. */
export type Refusal = Pick<ProblemDetails, 'status' | 'code' | 'detail' | 'advice'> & {
  readonly correlationId: string | null;
};

const unreachable: Refusal = {
  status: 0,
  code: 'gateway.unreachable',
  detail: 'Firmbridge does not answer.',
  advice: 'Check that it is still running; this page goes on by itself.',
  correlationId: null,
};

interface Result<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

export class RefusedError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }
}

/** The answer to a call of the API; throws a RefusedError when there is none. */
export async function answerOf<Data>(call: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await call.catch((): Result<Data> => ({}));
  if (data !== undefined && response?.ok) return data;
  throw new RefusedError(isProblem(error) ? error : unreachable);
}

/** What to tell a person about anything that was thrown. */
export function refusalOf(thrown: unknown): Refusal {
  return thrown instanceof RefusedError ? thrown.refusal : unreachable;
}

function isProblem(error: unknown): error is ProblemDetails {
  return typeof error === 'object' && error !== null && 'code' in error && 'advice' in error;
}
