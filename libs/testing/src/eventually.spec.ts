import { eventually } from './eventually.js';

describe('eventually', () => {
  it('gives back the first truthy value', async () => {
    let calls = 0;
    expect(await eventually(() => (++calls < 3 ? undefined : calls), { intervalMs: 1 })).toBe(3);
  });

  it('waits until an expectation holds', async () => {
    let calls = 0;
    await eventually(() => expect(++calls).toBeGreaterThan(2), { intervalMs: 1 });
    expect(calls).toBe(3);
  });

  it('names the last failure when time runs out', async () => {
    const failing = eventually(() => Promise.reject(new Error('still closed')), { timeoutMs: 10, intervalMs: 2 });
    await expect(failing).rejects.toThrow('Not within 10 ms: still closed');
  });

  it('does not take a missing value for success', async () => {
    await expect(eventually(() => [].find(Boolean), { timeoutMs: 10, intervalMs: 2 })).rejects.toThrow(
      'returned undefined',
    );
  });
});
