import { declarationsOf } from '../../src/declarations.js';
import { applyTopology, checkTopology, removeTopology } from '../../src/index.js';
import { Playground, manifestOf, orderPaid, orderPlaced, queueSpec, type TestBroker } from '../harness.js';

export function topologySuite(broker: () => TestBroker): void {
  describe('topology', () => {
    const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced]), queueSpec('shop.count', [orderPlaced]));
    let playground: Playground;
    const check = (expected = manifest) =>
      checkTopology({ ...playground.broker, namespace: playground.namespace, manifest: expected });

    beforeAll(() => {
      playground = new Playground(broker());
    });
    afterAll(() => playground.remove());

    it('names everything that is missing before the migration ran', async () => {
      await expect(check()).rejects.toMatchObject({
        code: 'topology.missing',
        message: expect.stringMatching(/shop\.keep, .*shop\.count.*run the migration/) as string,
      });
    });

    it('is complete after it was applied, also twice', async () => {
      await playground.apply(manifest);
      await playground.apply(manifest);
      await expect(check()).resolves.toBeUndefined();
    });

    it('notices that a binding was added since the migration', async () => {
      const more = manifestOf(queueSpec('shop.keep', [orderPlaced, orderPaid]), queueSpec('shop.count', [orderPlaced]));
      await expect(check(more)).rejects.toMatchObject({ code: 'topology.missing' });
    });

    it('names the one queue that was deleted', async () => {
      const channel = await playground.channel();
      const queue = `${playground.namespace}.retry.30`;
      await channel.deleteQueue(queue);
      await expect(check()).rejects.toMatchObject({ details: { missing: [queue] } });
    });

    it('leaves nothing behind when it is removed', async () => {
      const options = { ...playground.broker, namespace: playground.namespace, manifest };
      await applyTopology(options);
      await removeTopology(options);
      const { queues, exchanges } = declarationsOf(playground.namespace, manifest);
      const marker = expect.stringContaining(`${playground.namespace}.topology.`) as string;
      await expect(check()).rejects.toMatchObject({
        details: { missing: [...queues.map(({ name }) => name), ...exchanges, marker] },
      });
    });

    it('refuses a queue whose arguments differ from those on the broker', async () => {
      const channel = await playground.channel();
      const queue = `${playground.namespace}.shop.other`;
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'classic' } });
      const other = manifestOf(queueSpec('shop.other', [orderPlaced]));
      await expect(playground.apply(other)).rejects.toMatchObject({
        code: 'topology.refused',
        message: expect.stringContaining(queue) as string,
      });
    });
  });
}
