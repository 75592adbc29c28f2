const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Twenty letters and digits, as HighLevel's ids look. */
export function recordId(random: () => number): string {
  return characters(random, alphabet, 20);
}

export function hexadecimal(random: () => number, length: number): string {
  return characters(random, '0123456789abcdef', length);
}

/** Pipeline stages are the one thing with UUIDs. */
export function uuid(random: () => number): string {
  const hex = hexadecimal(random, 30);
  const variant = '89ab'[Math.floor(random() * 4)] ?? '8';
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `${variant}${hex.slice(15, 18)}`];
  return [...parts, hex.slice(18, 30)].join('-');
}

function characters(random: () => number, from: string, length: number): string {
  return Array.from({ length }, () => from[Math.floor(random() * from.length)] ?? '0').join('');
}
