import { AppError, errorKinds, isAppError, type ErrorKind } from '@firmbridge/contracts';
import { z } from 'zod';

/** Larger answers go by other ways (architecture section 4). */
export const largestReplyBytes = 256 * 1024;
export const defaultQueryTimeoutMs = 5_000;

const kinds = Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]];

const replySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({
      kind: z.enum(kinds),
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
      retryAfterMs: z.number().optional(),
    }),
  }),
]);

export function encodeReply(data: unknown): Buffer {
  return Buffer.from(JSON.stringify({ ok: true, data }));
}

/** An error of ours travels as it is; of any other nothing is told. */
export function encodeFailure(error: unknown, service: string): Buffer {
  const known = isAppError(error)
    ? error
    : new AppError('internal', 'query.failed', `${service} could not answer; its log says why.`);
  const { kind, code, message, details, retryAfterMs } = known;
  return Buffer.from(JSON.stringify({ ok: false, error: { kind, code, message, details, retryAfterMs } }));
}

/** The data of a reply; throws the error that the other side threw. */
export function decodeReply(content: Buffer): unknown {
  const reply = replySchema.parse(JSON.parse(content.toString('utf8')));
  if (reply.ok) return reply.data;
  const { kind, code, message, details, retryAfterMs } = reply.error;
  throw new AppError(kind, code, message, { details, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}
