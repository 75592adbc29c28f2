export type Key = string | number;

/** Mixes two 32 bit numbers into one; neighbouring inputs give unrelated results. */
export function mix(left: number, right: number): number {
  let mixed = Math.imul(left ^ (right + 0x9e3779b9 + (left << 6) + (left >>> 2)), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A 32 bit number for a list of keys, the same in every process. */
export function hashOf(keys: readonly Key[]): number {
  return keys.reduce<number>((hash, key) => mix(hash, typeof key === 'number' ? key >>> 0 : hashText(key)), 0x811c9dc5);
}

/** Numbers in [0, 1) that depend on the keys alone, so that record i needs no record before it. */
export function randomFrom(keys: readonly Key[]): () => number {
  let state = hashOf(keys);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state, 0x5bd1e995) / 0x1_0000_0000;
  };
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
