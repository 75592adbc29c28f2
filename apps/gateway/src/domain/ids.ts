import { createHash } from 'node:crypto';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The same UUID (version 8) for the same words. */
export function uuidOf(...words: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(words)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The id that an Idempotency-Key stands for: a UUID is the id itself, anything else is hashed to one beside what it belongs to. */
export function idOfKey(key: string, ...belongsTo: readonly string[]): string {
  const lower = key.toLowerCase();
  return uuid.test(lower) ? lower : uuidOf(...belongsTo, key);
}
