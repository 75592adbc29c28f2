import { isIPv4, isIPv6 } from 'node:net';

/**
 * Whose attempts are counted together: an IPv4 address, or the /64 network of an IPv6 address, for a single customer has
 * all the addresses of one. What is no address stands for itself.
 */
export function sourceNetwork(address: string): string {
  const text = address.trim().toLowerCase().replace(/%.*$/, '');
  const mapped = /^::ffff:([\d.]+)$/.exec(text)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return isIPv6(text) ? `${firstGroups(text).join(':')}::/64` : text;
}

function firstGroups(address: string): string[] {
  const [head = '', tail = ''] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail);
  const omitted = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const all = address.includes('::') ? [...before, ...omitted, ...after] : before;
  return all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
}

/** An IPv4 address at the end takes the place of two groups, whose values do not matter for the network. */
function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
