/** A refusal that the imitated API answers with: part of its behaviour, not a failure of the sandbox. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`Clio look-alike refuses with ${status}`);
    this.name = 'Refusal';
  }
}

/** Clio's API shape (clio-api section 9). */
export function apiRefusal(status: number, type: string, message: string): Refusal {
  return new Refusal(status, { error: { type, message } });
}

export function invalidArgument(what: string): Refusal {
  return apiRefusal(422, 'ArgumentError', `An invalid argument was supplied: ${what}`);
}

export function badRequest(what: string): Refusal {
  return apiRefusal(400, 'ArgumentError', what);
}

export function notFound(): Refusal {
  return apiRefusal(404, 'NotFoundError', 'Not Found');
}

export function forbidden(): Refusal {
  return apiRefusal(403, 'ForbiddenError', 'User is forbidden from taking that action');
}

/** The OAuth shape, which a bad access token gets from the API too (clio-api section 6, errors). */
export function oauthRefusal(status: number, error: string, description?: string): Refusal {
  return new Refusal(status, description === undefined ? { error } : { error, error_description: description });
}

export function invalidToken(): Refusal {
  return oauthRefusal(
    401,
    'invalid_token',
    'The access token provided is expired, revoked, malformed or invalid for other reasons.',
  );
}

/** The real API can do this and the sandbox cannot: said aloud, so that no test passes on a silence. */
export function notImitated(what: string): Refusal {
  return apiRefusal(501, 'NotImitatedError', `The sandbox does not imitate ${what}`);
}
