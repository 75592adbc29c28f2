import { AppError, contractsByType, entityTypes, type EntityType } from '@firmbridge/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeMessage } from '../amqp/index.js';
import { defineSubscription } from '../definition.js';
import { anEntity, memoryInbox, play, readRecording } from './index.js';

/** A definition that keeps the number of each matter, newest only. */
function numberKeeper() {
  const numbers = new Map<string, string>();
  const definition = defineSubscription({
    queue: 'shop.numbers',
    inbox: memoryInbox(numbers),
    newestOnly: true,
    on: { 'matter.*': ({ event, tx }) => void tx.set(event.entityId, event.state.number) },
  });
  return { numbers, definition };
}

describe('anEntity', () => {
  it.each(entityTypes)('tells a %s by its contract', (type: EntityType) => {
    const entity = anEntity(type);
    const life = [entity.created(), entity.updated({}), entity.replayed(), entity.deleted()];
    const messages = life.map((envelope) => decodeMessage(Buffer.from(JSON.stringify(envelope)), contractsByType));
    expect(messages.map(({ entityVersion }) => entityVersion?.n)).toEqual([1, 2, 2, 3]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
  });

  it('says what became different', () => {
    const matter = anEntity('matter', { state: { number: '1' } });
    matter.created();
    expect(matter.updated({ number: '2' }).data).toMatchObject({
      state: { number: '2' },
      changes: [{ field: 'number', before: '1', after: '2' }],
    });
  });

  it('refuses a state that no event could have', () => {
    expect(() => anEntity('matter', { state: { openedOn: 'yesterday' } }).created()).toThrow();
  });
});

describe('play', () => {
  it('ends in the newest state, whatever comes twice and late', async () => {
    const matters = Array.from({ length: 20 }, () => anEntity('matter'));
    const events = matters.flatMap((matter) => [
      matter.created(),
      ...['2', '3', '4'].map((number) => matter.updated({ number })),
    ]);
    for (const seed of [1, 2, 3]) {
      const { numbers, definition } = numberKeeper();
      const report = await play(definition, events, { duplicates: 0.5, reordering: 8, seed });
      expect([...numbers.values()]).toEqual(Array<string>(20).fill('4'));
      expect(report.duplicates).toBeGreaterThan(10);
      expect(report.stale).toBeGreaterThan(10);
      expect(report.deliveries).toBe(report.handled + report.duplicates + report.stale);
      expect(report.calls).toHaveLength(report.handled);
    }
  });

  it('is the same for the same seed', async () => {
    const matter = anEntity('matter');
    const events = [matter.created(), ...Array.from({ length: 20 }, (_, n) => matter.updated({ number: String(n) }))];
    const run = async (seed: number) =>
      (await play(numberKeeper().definition, events, { reordering: 9, seed })).calls.map(({ id }) => id);
    expect(await run(4)).toEqual(await run(4));
    expect(await run(4)).not.toEqual(await run(5));
  });

  it('handles an event twice where there is no inbox, as the broker may', async () => {
    const definition = defineSubscription({ queue: 'shop.all', on: { '*': () => undefined } });
    const report = await play(definition, [anEntity('bill').created()], { duplicates: 1 });
    expect(report).toMatchObject({ deliveries: 2, handled: 2, duplicates: 0 });
  });

  it('hands every version to those who keep what happened', async () => {
    const definition = defineSubscription({
      queue: 'shop.all',
      inbox: memoryInbox(),
      on: { 'bill.*': () => undefined },
    });
    const bill = anEntity('bill');
    const events = [bill.created(), bill.updated({ number: '2' }), bill.updated({ number: '3' })];
    const report = await play(definition, events.toReversed(), { duplicates: 1, reordering: 3 });
    expect(report).toMatchObject({ handled: 3, duplicates: 3, stale: 0 });
  });

  it('tries again what failed, and names what would be a dead letter', async () => {
    let calls = 0;
    const definition = defineSubscription({
      queue: 'shop.fragile',
      inbox: memoryInbox(),
      on: {
        'bill.created': () => {
          calls += 1;
          if (calls < 3) throw new Error('not yet');
        },
        'bill.deleted': () => {
          throw new AppError('validation', 'bill.unwanted', 'No bills here.');
        },
      },
    });
    const bill = anEntity('bill');
    const deleted = bill.deleted();
    const report = await play(definition, [bill.created(), deleted, bill.updated({}), Buffer.from('{"no')]);
    expect(report).toMatchObject({ handled: 1, retried: 2, unhandled: 1 });
    expect(report.calls).toHaveLength(4);
    expect(report.deadLettered).toMatchObject([
      { event: { id: deleted.id }, attempts: 1, code: 'bill.unwanted', reason: 'No bills here.' },
      { event: null, attempts: 1, code: 'message.unparsable' },
    ]);
  });

  it('tells those who know the entity already its state again when they ask for it', async () => {
    const { definition } = numberKeeper();
    const matter = anEntity('matter');
    const [created, told] = [matter.created(), matter.replayed()];
    expect(await play(definition, [created, told])).toMatchObject({ handled: 2, stale: 0 });
    expect(await play(numberKeeper().definition, [told, created])).toMatchObject({ handled: 1, stale: 1 });
  });

  it('passes over another major version of an event, which is published beside the known one', async () => {
    const { definition } = numberKeeper();
    const next = { ...anEntity('matter').created(), type: 'firmbridge.entity.matter.created.v2' };
    expect(await play(definition, [next])).toMatchObject({ unhandled: 1, deadLettered: [] });
    const unknown = { ...next, type: 'firmbridge.entity.case.created.v1' };
    expect((await play(definition, [unknown])).deadLettered).toMatchObject([{ code: 'message.unknown_type' }]);
  });

  it('refuses a definition that could not do what it says', async () => {
    const definition = { queue: 'shop.all', newestOnly: true, on: { '*': () => undefined } };
    await expect(play(definition, [])).rejects.toMatchObject({ code: 'subscriber.no_inbox' });
  });
});

describe('a recording', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'recording-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is played like events that were built', async () => {
    const matter = anEntity('matter');
    const file = path.join(folder, 'events.jsonl');
    await writeFile(
      file,
      [matter.created(), matter.updated({ number: '9' })].map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
    const { numbers, definition } = numberKeeper();
    await play(definition, await readRecording(file), { duplicates: 1 });
    expect([...numbers.values()]).toEqual(['9']);
  });

  it('names the line that is no event', async () => {
    const file = path.join(folder, 'broken.jsonl');
    await writeFile(file, `${JSON.stringify(anEntity('matter').created())}\n{"specversion":"1.0"}\n`);
    await expect(readRecording(file)).rejects.toThrow(/Line 2 of .*broken\.jsonl is no event/);
  });
});
