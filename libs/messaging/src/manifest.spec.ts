import { contractsByType } from '@firmbridge/contracts';
import { declarationsOf } from './declarations.js';
import { topology } from './manifest.js';
import { withRetryDelays } from './topology.js';

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

  it('gives every queue dead letters and a ladder whose rungs lead back to that queue', () => {
    const { queues } = declarationsOf('fb', { ...topology, streams: [] });
    const byName = new Map(queues.map(({ name, args }) => [name, args]));
    for (const { name } of topology.queues) {
      expect(byName.get(`fb.${name}`)).toMatchObject({
        'x-queue-type': 'quorum',
        'x-delivery-limit': 20,
        'x-dead-letter-routing-key': `fb.${name}.dead`,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      });
      expect(byName.get(`fb.${name}.dead`)).toBeDefined();
      for (const delay of [1_000, 10_000, 60_000, 600_000]) {
        expect(byName.get(`fb.${name}.retry.${delay}`)).toMatchObject({
          'x-message-ttl': delay,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': `fb.${name}`,
        });
      }
    }
  });

  it('can be given shorter waits', () => {
    const [first] = withRetryDelays(topology, 0.001).queues;
    expect(first?.retryDelaysMs).toEqual([1, 10, 60, 600]);
  });
});
