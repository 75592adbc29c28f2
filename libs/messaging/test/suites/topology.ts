import { declarationsOf } from '../../src/declarations.js';
import { applyTopology, checkTopology, compareTopology, pruneTopology, removeTopology } from '../../src/index.js';
import { eventually, testNamespace } from '@firmbridge/testing';
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

    describe('compared with the manifest', () => {
      const before = manifestOf(
        queueSpec('shop.keep', [orderPlaced, orderPaid]),
        queueSpec('shop.old', [orderPlaced], { retryDelaysMs: [30, 60, 90] }),
      );
      const after = manifestOf(queueSpec('shop.keep', [orderPlaced]), queueSpec('shop.new', [orderPaid]));
      let namespace: string;
      const options = (expected = after) => ({ ...playground.broker, namespace, manifest: expected });
      const names = async () => (await compareTopology(options())).map(({ kind, what, name }) => [kind, what, name]);

      beforeEach(() => {
        namespace = testNamespace();
      });
      afterEach(async () => {
        await removeTopology(options(before));
        await removeTopology(options());
      });

      it('is all missing on a new broker, and nothing is made by looking', async () => {
        const found = await names();
        expect(found).toContainEqual(['missing', 'queue', `${namespace}.shop.new`]);
        expect(found).toContainEqual(['missing', 'exchange', `${namespace}.events`]);
        expect(found).toContainEqual([
          'missing',
          'binding',
          `${namespace}.events orders.order-paid -> ${namespace}.shop.new`,
        ]);
        expect(await names()).toEqual(found);
      });

      it('does not differ once it was applied', async () => {
        await applyTopology(options());
        expect(await names()).toEqual([]);
      });

      it('names what an earlier release left behind, and removes it when it is empty', async () => {
        await applyTopology(options(before));
        await applyTopology(options());
        const stale = [
          ['unwanted', 'binding', `${namespace}.events orders.order-paid -> ${namespace}.shop.keep`],
          ['unwanted', 'binding', `${namespace}.events orders.order-placed -> ${namespace}.shop.old`],
          ['unwanted', 'binding', `${namespace}.retry.90 # -> ${namespace}.retry.90`],
          ['unwanted', 'queue', `${namespace}.shop.old.dead`],
          ['unwanted', 'queue', `${namespace}.shop.old`],
          ['unwanted', 'queue', `${namespace}.retry.90`],
          ['unwanted', 'exchange', `${namespace}.retry.90`],
        ];
        expect(await names()).toEqual(expect.arrayContaining(stale));
        const channel = await playground.channel();
        channel.sendToQueue(`${namespace}.shop.old`, Buffer.from('{}'), { persistent: true });
        await eventually(async () =>
          expect(await channel.checkQueue(`${namespace}.shop.old`)).toMatchObject({ messageCount: 1 }),
        );
        const { kept } = await pruneTopology(options());
        expect(kept).toEqual([`${namespace}.shop.old: holds 1 messages`]);
        expect(await names()).toEqual([['unwanted', 'queue', `${namespace}.shop.old`]]);
        await channel.purgeQueue(`${namespace}.shop.old`);
        await pruneTopology(options());
        expect(await names()).toEqual([]);
        await expect(checkTopology(options())).resolves.toBeUndefined();
      });

      it('says what is different about a queue', async () => {
        await applyTopology(options());
        const channel = await playground.channel();
        await channel.deleteQueue(`${namespace}.shop.new.dead`);
        await channel.assertQueue(`${namespace}.shop.new.dead`, {
          durable: true,
          arguments: { 'x-queue-type': 'quorum', 'x-max-length': 5 },
        });
        expect(await compareTopology(options())).toEqual([
          {
            kind: 'different',
            what: 'queue',
            name: `${namespace}.shop.new.dead`,
            detail: expect.stringMatching(
              /x-max-length.*received none but current is the value '5'|received none but current is '5'/,
            ) as string,
          },
        ]);
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
