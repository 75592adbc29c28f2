import { authMessages, entityEvent, mappingMessages, syncMessages } from '@firmbridge/contracts';
import { topology } from './manifest.js';
import { matchesPattern, mustRoute } from './routing.js';

describe('matchesPattern', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.*', 'a', false],
    ['a.#', 'a', true],
    ['a.#', 'a.b.c', true],
    ['#', 'a.b', true],
    ['a.#.d', 'a.d', true],
    ['a.#.d', 'a.b.c.d', true],
    ['a.#.d', 'a.b.c', false],
    ['#.b.#', 'a.b.c', true],
    ['*.b', 'b', false],
  ])('%s and %s: %s', (pattern, routingKey, matches) => {
    expect(matchesPattern(pattern, routingKey)).toBe(matches);
  });
});

describe('mustRoute', () => {
  const must = mustRoute(topology);

  it('asks for a queue where the manifest promises one', () => {
    expect(must('events', authMessages.connectionEstablished.routingKey)).toBe(true);
    expect(must('events', mappingMessages.recordsApplied.routingKey)).toBe(true);
  });

  it('asks for the owner of every command and query', () => {
    expect(must('commands', 'nobody.knows-this')).toBe(true);
    expect(must('queries', authMessages.getAccessToken.routingKey)).toBe(true);
  });

  it('lets go of events that only a page or an outside subscriber may listen to', () => {
    expect(must('events', syncMessages.runProgressed.routingKey)).toBe(false);
    expect(mustRoute({ ...topology, queues: [] })('entities', entityEvent('contact', 'created').routingKey)).toBe(
      false,
    );
  });
});
