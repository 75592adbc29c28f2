import { jest } from '@jest/globals';
import { clioResourceNames } from '@firmbridge/clio-api';
import type { Run } from '@firmbridge/contracts';
import { eventually, testAmqpUrl } from '@firmbridge/testing';
import { followRun } from '../src/follow-run.js';
import { tapEntityEvents } from './event-tap.js';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(120_000);

const services = ['audit-log', 'auth', 'mapping', 'ghl-sync', 'clio-sync'];

const rabbit = testAmqpUrl();
const brokers = [
  { name: 'the local broker', amqpUrl: null, isHere: true },
  { name: 'RabbitMQ', amqpUrl: rabbit, isHere: rabbit !== null },
];

for (const { name, amqpUrl, isHere } of brokers) {
  const describeHere = isHere ? describe : describe.skip;
  describeHere(isHere ? `a sync over ${name}` : `a sync over ${name}: no broker is reachable`, () => {
    let platform: TestPlatform;
    let tap: Awaited<ReturnType<typeof tapEntityEvents>>;
    let initial: Run;

    beforeAll(async () => {
      platform = await startTestPlatform({ amqpUrl, only: services });
      tap = await tapEntityEvents(platform);
      await platform.demo.connect('clio');
      initial = await finishedRun(platform, null);
    });

    afterAll(async () => {
      await tap?.close();
      await platform?.stop();
    });

    it('reads all 20 resources by itself after the connection is made', () => {
      expect(initial.resources.map(({ resource, state }) => `${resource} ${state}`)).toEqual(
        clioResourceNames.map((resource) => `${resource} completed`),
      );
    });

    it('publishes one created event for every record', async () => {
      const records = initial.resources.reduce((sum, resource) => sum + resource.records, 0);
      await eventually(() => tap.events.length === records);
      expect(new Set(tap.events.map((event) => event.id)).size).toBe(records);
      expect(tap.events.every((event) => event.type.endsWith('.created.v1'))).toBe(true);
    });

    it('lets no reference dangle', async () => {
      await eventually(() => tap.events.length > 0);
      const known = new Set(tap.events.map((event) => event.subject));
      const dangling = tap.events
        .flatMap((event) => referencesIn(event.data))
        .filter((reference) => !known.has(reference));
      expect(dangling).toEqual([]);
    });

    it('is followed to its end when another run begins right behind it', async () => {
      const { connectionId } = await platform.demo.connect('clio');
      let other: Promise<string> | null = null;
      const next = async ({ runId }: Run) => {
        await finishedRun(platform, runId);
        return platform.demo.startRun(connectionId, 'manual', ['users']);
      };
      const show = (run: Run) => void (other ??= next(run));
      const followed = await followRun(platform.demo, connectionId, { show, end: () => undefined });
      expect(followed.finishedAt).not.toBeNull();
      const last = await finishedRun(platform, await other);
      expect(last.runId).not.toBe(followed.runId);
    });

    it('publishes nothing when nothing changed, and exactly the three that did', async () => {
      const connection = await platform.demo.connect('clio');
      const before = tap.events.length;
      const quiet = await finishedRun(platform, await platform.demo.startRun(connection.connectionId));
      expect(quiet.resources.map(({ events }) => events)).toEqual(quiet.resources.map(() => 0));

      const { clio } = platform.sandbox.control;
      clio.edit('contacts', clio.idAt('contacts', 0), { title: 'Judge' });
      clio.edit('matters', clio.idAt('matters', 1), { description: 'Changed in Clio' });
      clio.edit('practice_areas', clio.idAt('practice_areas', 0), { name: 'Renamed area' });
      const lively = await finishedRun(platform, await platform.demo.startRun(connection.connectionId));
      expect(lively.resources.reduce((sum, { events }) => sum + events, 0)).toBe(3);
      await eventually(() => tap.events.length === before + 3);
      expect(
        tap.events
          .slice(before)
          .map((event) => event.type)
          .sort(),
      ).toEqual([
        'firmbridge.entity.contact.updated.v1',
        'firmbridge.entity.matter.updated.v1',
        'firmbridge.entity.practice-area.updated.v1',
      ]);
    });
  });
}

/** `type/id` of everything in the state that points to another entity. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const { type, id } = value as { type?: unknown; id?: unknown };
  if (entries.length === 2 && typeof type === 'string' && typeof id === 'string') return [`${type}/${id}`];
  return entries.flatMap(([, inner]) => referencesIn(inner));
}
