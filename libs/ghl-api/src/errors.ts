import { z } from 'zod';

/** A record that stands in the way of a write, by id: adopt it instead of creating another. */
export type GhlDuplicate =
  | { readonly of: 'contact'; readonly id: string; readonly matchingField: string | null }
  | { readonly of: 'opportunity'; readonly id: string | null };

/** A failed reply in one shape, whichever of HighLevel's it came in. */
export interface GhlError {
  /** Every sentence; never empty. */
  readonly messages: readonly string[];
  readonly code: string | null;
  readonly traceId: string | null;
  readonly duplicate: GhlDuplicate | null;
  /** Properties that this endpoint does not know (`property x should not exist`). */
  readonly unknownProperties: readonly string[];
}

const text = z.string().nullish();
const texts = z.union([z.string(), z.array(z.string())]).nullish();

const errorBodySchema = z.looseObject({
  message: texts,
  msg: texts,
  code: z.union([z.string(), z.number()]).nullish(),
  traceId: text,
  /** `Bad Request`, or the v3 object, or an OAuth code. */
  error: z.union([z.string(), z.looseObject({ code: z.string().nullish(), message: texts })]).nullish(),
  error_description: text,
  meta: z.looseObject({ contactId: text, matchingField: text, existingId: text }).nullish().catch(null),
});
type ErrorBody = z.output<typeof errorBodySchema>;

const duplicateContact = /does not allow duplicated contacts/i;
const duplicateOpportunity = /duplicate opportunity/i;
export const ghlDuplicateOpportunityCode = 'OPPORTUNITY_NO_DUPLICATE';

/** Never throws: a body that is no error of HighLevel's (HTML of a proxy, nothing at all) gives a message that says so. */
export function parseGhlError(body: unknown): GhlError {
  const parsed = errorBodySchema.safeParse(body);
  if (!parsed.success) return unreadable(body);
  const messages = messagesOf(parsed.data);
  const code = codeOf(parsed.data);
  return {
    messages: messages.length > 0 ? messages : ['The reply gives no reason.'],
    code,
    traceId: parsed.data.traceId ?? null,
    duplicate: duplicateOf(parsed.data, messages, code),
    unknownProperties: messages.flatMap((message) => /property (\S+) should not exist/.exec(message)?.[1] ?? []),
  };
}

function unreadable(body: unknown): GhlError {
  const message =
    typeof body === 'string' && body.trim() !== '' ? body.trim().slice(0, 200) : 'The reply has no readable body.';
  return { messages: [message], code: null, traceId: null, duplicate: null, unknownProperties: [] };
}

function messagesOf(body: ErrorBody): string[] {
  const nested = typeof body.error === 'object' ? body.error?.message : null;
  const found = [body.message, body.msg, nested, body.error_description].flatMap((value) => value ?? []);
  return found.length > 0 ? found : typeof body.error === 'string' ? [body.error] : [];
}

function codeOf(body: ErrorBody): string | null {
  const nested = typeof body.error === 'object' ? body.error?.code : null;
  const code = body.code ?? nested;
  return code === null || code === undefined ? null : String(code);
}

function duplicateOf(body: ErrorBody, messages: readonly string[], code: string | null): GhlDuplicate | null {
  const says = (pattern: RegExp) => messages.some((message) => pattern.test(message));
  if (code === ghlDuplicateOpportunityCode || says(duplicateOpportunity)) {
    return { of: 'opportunity', id: body.meta?.existingId ?? null };
  }
  const id = body.meta?.contactId;
  if (!id || !says(duplicateContact)) return null;
  return { of: 'contact', id, matchingField: body.meta?.matchingField ?? null };
}

const expiredToken = /^(invalid token|invalid jwt|jwt expired|unauthorized$)|token (has |is )?expired/i;

/**
 * True only for the plain 401 that a fresh access token cures. A 401 for a missing scope, the wrong class of token or the
 * `Version` header stays a 401 with any token: refreshing for those would burn refresh tokens.
 */
export function isTokenExpired(status: number, body: unknown): boolean {
  if (status !== 401) return false;
  const parsed = errorBodySchema.safeParse(body);
  if (!parsed.success) return true;
  const messages = messagesOf(parsed.data);
  return messages.length === 0 || messages.every((message) => expiredToken.test(message));
}
