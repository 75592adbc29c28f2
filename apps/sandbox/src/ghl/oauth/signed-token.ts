import { createHmac, timingSafeEqual } from 'node:crypto';
import { ghlUserTypes } from '@firmbridge/ghl-api';
import { z } from 'zod';

const owner = {
  /** The grant: one consent and everything exchanged from it. */
  grantId: z.string(),
  authClass: z.enum(ghlUserTypes),
  authClassId: z.string(),
};
const seconds = z.int();

const claimsSchema = z.discriminatedUnion('use', [
  z.object({ use: z.literal('code'), ...owner, iat: seconds, exp: seconds, redirectUri: z.string().nullable() }),
  z.object({ use: z.literal('refresh'), ...owner, iat: seconds, exp: seconds, generation: z.int() }),
  z.object({
    use: z.literal('access'),
    ...owner,
    iat: seconds,
    exp: seconds,
    epoch: z.int(),
    source: z.literal('INTEGRATION'),
    sourceId: z.string(),
    channel: z.literal('OAUTH'),
  }),
]);
export type Claims = z.output<typeof claimsSchema>;
export type ClaimsFor<Use extends Claims['use']> = Extract<Claims, { use: Use }>;

const header = encode({ alg: 'HS256', typ: 'JWT' });

/** A JSON Web Token; with the same claims always the same text. */
export function signToken(claims: Claims, key: string): string {
  const unsigned = `${header}.${encode(claims)}`;
  return `${unsigned}.${signatureOf(unsigned, key)}`;
}

/** The claims, or null when the token is not one of ours for this use or has expired. */
export function readToken<Use extends Claims['use']>(
  token: string,
  { key, use, now }: { key: string; use: Use; now: Date },
): ClaimsFor<Use> | null {
  const [head, payload, signature] = token.split('.');
  if (!head || !payload || !signature || !matches(signature, signatureOf(`${head}.${payload}`, key))) return null;
  const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (!isFor(claims, use) || claims.exp * 1000 <= now.getTime()) return null;
  return claims;
}

function isFor<Use extends Claims['use']>(claims: Claims, use: Use): claims is ClaimsFor<Use> {
  return claims.use === use;
}

function matches(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function signatureOf(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
