import { Lanes } from './lanes.js';

describe('lanes', () => {
  it('run side by side, and one after the other for one key, also after a failure', async () => {
    const lanes = new Lanes();
    const seen: string[] = [];
    const gate: { open: () => void } = { open: () => undefined };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const slow = lanes.run('a', async () => {
      await opened;
      seen.push('a1');
      throw new Error('no');
    });
    const next = lanes.run('a', async () => void seen.push('a2'));
    await lanes.run('b', async () => void seen.push('b1'));
    gate.open();
    await expect(slow).rejects.toThrow('no');
    await next;
    expect(seen).toEqual(['b1', 'a1', 'a2']);
  });
});
