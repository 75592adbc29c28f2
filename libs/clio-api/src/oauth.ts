import { z } from 'zod';

/** The answer of the token endpoint. A refresh gives no new refresh token: the old one stays valid. */
export const clioTokenSchema = z.looseObject({
  token_type: z.string(),
  access_token: z.string().min(1),
  /** Seconds. Documented as 30 days, seen as 7: only this value counts. */
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).nullish(),
});
export type ClioToken = z.output<typeof clioTokenSchema>;
