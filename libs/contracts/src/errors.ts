/**
 * The kinds of failure the platform tells apart, in one place. A kind decides three things: the HTTP status a caller sees,
 * whether trying again can help, and what a person should do. Provider kinds follow architecture section 7.
 */
export const errorKinds = {
  unauthorized: { status: 401, retryable: false, advice: 'Log in again, or reconnect the account.' },
  forbidden: { status: 403, retryable: false, advice: 'Grant the missing permission, then try again.' },
  not_found: { status: 404, retryable: false, advice: 'Check the id; the record may have been deleted.' },
  conflict: { status: 409, retryable: false, advice: 'Read the current state and decide again.' },
  precondition_failed: {
    status: 412,
    retryable: false,
    advice: 'The record changed meanwhile; read it again and repeat the change.',
  },
  validation: { status: 422, retryable: false, advice: 'Correct the named fields.' },
  rate_limited: { status: 429, retryable: true, advice: 'Wait for the stated time.' },
  unavailable: { status: 503, retryable: true, advice: 'Wait; the call is repeated by itself.' },
  malformed: {
    status: 502,
    retryable: true,
    advice: 'The other side sent something unreadable; look at the recorded call.',
  },
  unknown_outcome: {
    status: 502,
    retryable: false,
    advice: 'The write may have happened; check on the other side before repeating it.',
  },
  cancelled: {
    status: 503,
    retryable: true,
    advice: 'The work was stopped, most likely by a shutdown; it is taken up again.',
  },
  internal: { status: 500, retryable: true, advice: 'Report it with the correlation id.' },
} as const satisfies Record<string, { status: number; retryable: boolean; advice: string }>;

export type ErrorKind = keyof typeof errorKinds;

export interface AppErrorOptions {
  /** Facts for logs and problem details; never secrets, never a person's data. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** How long the other side asked us to wait. */
  readonly retryAfterMs?: number;
}

/** The one error of the platform: a kind, a stable code (`subject.problem`) and a sentence for a person. */
export class AppError extends Error {
  readonly isAppError = true;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }

  get retryable(): boolean {
    return errorKinds[this.kind].retryable;
  }

  get status(): number {
    return errorKinds[this.kind].status;
  }

  get advice(): string {
    return errorKinds[this.kind].advice;
  }
}

/** True for our errors, also across two copies of this package. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && (error as { isAppError?: boolean }).isAppError === true;
}

/** The sentence to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
