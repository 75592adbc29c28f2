import { BoundedWork } from './bounded-work.js';

function aJob() {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { done, finish };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('bounded work', () => {
  it('runs so much at once, keeps so much waiting and refuses the rest', async () => {
    const work = new BoundedWork({ atOnce: 2, waiting: 1 });
    const [first, second] = [aJob(), aJob()];
    const running = [work.run(() => first.done), work.run(() => second.done)];
    const third = work.run(async () => 'third');
    expect(() => work.requireRoom()).toThrow('Try again in a moment.');
    await expect(work.run(async () => 'fourth')).rejects.toMatchObject({ kind: 'rate_limited', code: 'login.busy' });
    expect(work.stats()).toEqual({ running: 2, waiting: 1, refused: 2 });
    first.finish();
    expect(await third).toBe('third');
    second.finish();
    await Promise.all(running);
    expect(work.stats()).toEqual({ running: 0, waiting: 0, refused: 2 });
  });

  it('goes on in order, also after a failure', async () => {
    const work = new BoundedWork({ atOnce: 1, waiting: 10 });
    const job = aJob();
    const order: number[] = [];
    const failing = work.run(async () => {
      await job.done;
      throw new Error('broken');
    });
    const others = [1, 2, 3].map((n) => work.run(async () => order.push(n)));
    job.finish();
    await expect(failing).rejects.toThrow('broken');
    await Promise.all(others);
    await settled();
    expect(order).toEqual([1, 2, 3]);
    expect(work.stats()).toMatchObject({ running: 0, waiting: 0 });
  });
});
