import { isAppError, newMessage, newOrigin, type MessageContract } from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { applyTopology, BrokerConnections, checkTopology, removeTopology, topology } from '../src/index.js';
import { isContract, queueOf } from '../src/topology.js';

const services = [...new Set(topology.queues.map(({ owner }) => owner))];
const migration = 'migration';

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) => permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

/** Every order of the services, and among them the migration at each place there is. */
const orders = permutations(services).map((order, index) => order.toSpliced(index % (order.length + 1), 0, migration));

/** All that any queue is promised; what is in it does not matter here. */
const promised = topology.queues.flatMap(({ name, bindings }) =>
  bindings.flatMap(({ source, lane }) =>
    isContract(source) ? [{ queue: name, contract: source, lane: lane ?? source.lanes[0] }] : [],
  ),
);
const messages = new Map(promised.map((each) => [`${each.contract.type} ${each.lane}`, each]));
interface Address {
  readonly connect: LocalBroker['connect'];
  readonly url: string;
  readonly namespace: string;
  readonly round: number;
}

const anyData = (contract: MessageContract) => ({ ...contract, data: z.unknown() });

describe('a fresh platform', () => {
  let database: TestDatabase;
  let broker: LocalBroker;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [] });
    broker = await LocalBroker.open({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await broker.close();
    await database.drop();
  });

  /**
   * Starts as a process does: refuses without the topology and is started again, and once it runs it publishes its share of all
   * messages. The shares go round with the orders, so each message is published first, last and in between.
   */
  async function start(service: string, address: Address) {
    const isRefused = await checkTopology(address).then(
      () => false,
      (error: unknown) => isAppError(error) && error.code === 'topology.missing',
    );
    if (isRefused) return false;
    const connections = new BrokerConnections({ ...address, service });
    await connections.open();
    const origin = newOrigin({ service, tenantId: randomUUID(), now: new Date() });
    const share = [...messages.values()].filter(
      (_, index) => (index + address.round) % services.length === services.indexOf(service),
    );
    const sent = share.map(({ contract, lane }) =>
      newMessage(anyData(contract), {}, origin, lane === undefined ? {} : { lane }),
    );
    const results = await connections.publisher().publish(sent);
    expect(new Set(results)).toEqual(new Set(['confirmed']));
    await connections.close();
    return true;
  }

  async function run(order: readonly string[], address: Address): Promise<void> {
    let refused: string[] = [];
    for (const each of order) {
      if (each !== migration) {
        if (!(await start(each, address))) refused.push(each);
        continue;
      }
      await applyTopology(address);
      for (const service of refused) await start(service, address);
      refused = [];
    }
  }

  it(`loses nothing in any of the ${orders.length} orders in which services and migration come up`, async () => {
    const perQueue = new Map<string, number>();
    for (const { queue } of promised) perQueue.set(queue, (perQueue.get(queue) ?? 0) + 1);
    for (const [round, order] of orders.entries()) {
      const address = { connect: broker.connect, url: 'amqp://local', namespace: testNamespace(), round };
      await run(order, address);
      const model = await broker.connect(address.url);
      const channel = await model.createChannel();
      for (const [queue, expected] of perQueue) {
        const name = queueOf(address.namespace, queue);
        await eventually(async () => {
          const { messageCount } = await channel.checkQueue(name);
          expect({ order, queue, messageCount }).toEqual({ order, queue, messageCount: expected });
        });
      }
      await model.close();
      await removeTopology(address);
    }
  }, 120_000);
});
