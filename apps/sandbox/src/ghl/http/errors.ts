const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  422: 'Unprocessable Entity',
};

/** A refusal, with the body HighLevel gives (section 6); the trace id is added when it is sent. */
export class GhlRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(`${status}`);
  }
}

export function refusal(status: number, message: string | readonly string[], extra: Record<string, unknown> = {}) {
  return new GhlRefusal(status, { statusCode: status, message, error: reasons[status], ...extra });
}

/** Validation: the message is a list. */
export function unprocessable(...messages: string[]): GhlRefusal {
  return refusal(422, messages);
}

export function wrongLocation(): GhlRefusal {
  return refusal(403, 'The token does not have access to this location.');
}
