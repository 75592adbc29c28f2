import { contractsByType } from '@firmbridge/contracts';
import { declarationsOf } from './declarations.js';
import { topology } from './manifest.js';
import { withRetryDelays, type TopologyManifest } from './topology.js';

function queuesByName(manifest: TopologyManifest = topology) {
  return new Map(declarationsOf('fb', manifest).queues.map(({ name, args }) => [name, args]));
}

describe('the manifest', () => {
  it('has an owner for every command, on each of its lanes', () => {
    const { bindings } = declarationsOf('fb', topology);
    const bound = new Set(bindings.map(({ exchange, pattern }) => `${exchange} ${pattern}`));
    const commands = [...contractsByType.values()].filter(({ kind }) => kind === 'command');
    const keys = commands.flatMap(({ routingKey, lanes }) =>
      lanes.length === 0 ? [routingKey] : lanes.map((lane) => `${routingKey}.${lane}`),
    );
    expect(keys.filter((key) => !bound.has(`fb.commands ${key}`))).toEqual([]);
  });

  it('names each queue once, after the service that owns it', () => {
    const names = topology.queues.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(topology.queues.filter(({ name, owner }) => !name.startsWith(`${owner}.`))).toEqual([]);
  });

  it('gives every queue dead letters', () => {
    const byName = queuesByName();
    for (const { name } of topology.queues) {
      expect(byName.get(`fb.${name}`)).toMatchObject({
        'x-queue-type': 'quorum',
        'x-delivery-limit': 20,
        'x-dead-letter-routing-key': `fb.${name}.dead`,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      });
      expect(byName.get(`fb.${name}.dead`)).toBeDefined();
    }
  });

  it('gives all queues together one rung for each wait, which a message leaves by the key it came with', () => {
    const impatient = topology.queues.slice(0, 1).map((queue) => ({ ...queue, retryDelaysMs: [5_000, 1_000] }));
    const manifest = { ...topology, queues: [...impatient, ...topology.queues.slice(1)] };
    const byName = queuesByName(manifest);
    const rungs = [1_000, 5_000, 10_000, 60_000, 600_000].map((delay) => `fb.retry.${delay}`);
    expect([...byName.keys()].filter((name) => name.includes('.retry.'))).toEqual(rungs);
    for (const name of rungs) {
      expect(byName.get(name)).toEqual({
        'x-queue-type': 'quorum',
        'x-message-ttl': Number(name.split('.')[2]),
        'x-dead-letter-exchange': '',
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      });
    }
    const { exchanges, bindings } = declarationsOf('fb', manifest);
    expect(exchanges).toEqual(expect.arrayContaining(rungs));
    expect(bindings).toEqual(
      expect.arrayContaining(rungs.map((name) => ({ queue: name, exchange: name, pattern: '#' }))),
    );
  });

  it('can be given shorter waits', () => {
    const [first] = withRetryDelays(topology, 0.001).queues;
    expect(first?.retryDelaysMs).toEqual([1, 10, 60, 600]);
  });
});
