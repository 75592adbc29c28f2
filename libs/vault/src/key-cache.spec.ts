import { fakeClock } from '@firmbridge/testing';
import { KeyCache } from './key-cache.js';

function aCache(maxEntries = 2) {
  const clock = fakeClock();
  const cache = new KeyCache<string>({ clock: clock.now, maxEntries, lifetimeMs: 1_000 });
  const loads: string[] = [];
  const get = (name: string) =>
    cache.get(name, async () => {
      loads.push(name);
      return name.toUpperCase();
    });
  return { cache, clock, loads, get };
}

describe('KeyCache', () => {
  it('loads once for all who ask at the same time', async () => {
    const { get, loads } = aCache();
    expect(await Promise.all([get('a'), get('a'), get('a')])).toEqual(['A', 'A', 'A']);
    expect(loads).toEqual(['a']);
  });

  it('forgets the least recently used', async () => {
    const { get, loads, cache } = aCache(2);
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await get(name);
    expect(loads).toEqual(['a', 'b', 'c', 'b']);
    expect(cache.size).toBe(2);
  });

  it('loads again after its lifetime', async () => {
    const { get, loads, clock } = aCache();
    await get('a');
    clock.advance(999);
    await get('a');
    clock.advance(1);
    await get('a');
    expect(loads).toEqual(['a', 'a']);
  });

  it('does not remember a failure', async () => {
    const { cache } = aCache();
    await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await cache.get('a', async () => 'up')).toBe('up');
  });
});
