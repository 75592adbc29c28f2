import { z } from 'zod';

const apiError = z.looseObject({ error: z.looseObject({ type: z.string(), message: z.string() }) });
const oauthError = z.looseObject({ error: z.string(), error_description: z.string().nullish() });
const platformError = z.looseObject({ message: z.string() });

/** Clio's API shape, its OAuth shape (which a rejected access token has too) and the shape of its gateway. */
export const clioErrorSchema = z.union([apiError, oauthError, platformError]);

export interface ClioError {
  readonly type: string;
  readonly message: string;
}

/** What went wrong in Clio's words, or null for a body that is no Clio error. A message may echo a person's data. */
export function parseClioError(body: unknown): ClioError | null {
  const api = apiError.safeParse(body);
  if (api.success) return { type: api.data.error.type, message: api.data.error.message };
  const oauth = oauthError.safeParse(body);
  if (oauth.success) return { type: oauth.data.error, message: oauth.data.error_description ?? oauth.data.error };
  const platform = platformError.safeParse(body);
  return platform.success ? { type: 'unnamed', message: platform.data.message } : null;
}
