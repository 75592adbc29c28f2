import { z } from 'zod';
import { defineQuery } from '../message.js';

const reply = z.object({
  /** The key-encryption key that the replica wraps with. */
  currentKeyId: z.string(),
  /** Data keys that this step has wrapped anew. */
  rewrapped: z.int(),
  /** Data keys that are still wrapped with another one. */
  left: z.int(),
});

/** The query by which a service that seals something wraps its keys anew. */
export function rotateKeysOf<Service extends string>(service: Service) {
  return defineQuery({
    name: `${service}.rotate-keys.v1`,
    needs: 'platform.operate',
    summary:
      'One step of a rotation of keys: wraps some data keys anew with the named key-encryption key, under readers. Repeat it until nothing is left. Refused by a replica whose current key is another one. Needs platform.operate.',
    data: z.object({
      /** Null only asks for the current key and how many are left. */
      keyId: z.string().max(100).nullable(),
      limit: z.int().min(1).max(5_000),
    }),
    reply,
    example: { keyId: '2026-11', limit: 1_000 },
    replyExample: { currentKeyId: '2026-11', rewrapped: 412, left: 0 },
  });
}
