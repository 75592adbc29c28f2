import { randomUUID } from 'node:crypto';
import { authMessages, mappingMessages, type Message } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { mapping } from '../src/index.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aRecord } from './mapping-harness.js';
import { RunningServices } from '../../../libs/service/test/running-services.js';

const tenantId = randomUUID();
const connectionId = randomUUID();
const queue = 'reports.entities';
const contacts = 300;
const lastRevision = 8;

let services: RunningServices;
let received: readonly Message[];

beforeAll(async () => {
  services = await RunningServices.open(tenantId, [mapping.schema]);
  // Two replicas share the work.
  await services.start(mapping);
  await services.start(mapping);
  received = await services.subscribe(queue);
  await services.publish(authMessages.connectionEstablished, {
    connectionId,
    provider: 'clio',
    region: 'us',
    accountId: '88001',
    accountName: 'Alvarez Law LLP',
    apiOrigin: 'https://app.clio.com',
    status: 'active',
    credential: 'oauth',
    establishedAt: '2026-01-01T00:00:00Z',
  });
});

afterAll(() => services?.stop());

/** Every contact at this revision, as pages on the lane of live changes. */
async function change(revision: number): Promise<void> {
  const ids = Array.from({ length: contacts }, (_, index) => index + 1);
  for (const page of [ids.slice(0, contacts / 2), ids.slice(contacts / 2)]) {
    const records = page.map((id) =>
      aRecord(aClioRecord('contacts', { id, company: null, last_name: `Revision ${revision}` }), { revision }),
    );
    const data = { connectionId, provider: 'clio' as const, resource: 'contacts', runId: null, cause: 'poll' as const };
    await services.publish(mappingMessages.normalizeRecords, { ...data, records }, { lane: 'live' });
  }
}

const causeOf = ({ data }: Message) => (data as { cause?: string }).cause;
const isLast = (message: Message) =>
  causeOf(message) === 'poll' && JSON.stringify(message.data).includes(`Revision ${lastRevision}`);
const isFinish = ({ type }: Message) => type === mappingMessages.replayFinished.type;
const finishOf = (commandId: string) =>
  eventually(() => received.find((message) => isFinish(message) && message.causationId === commandId), {
    timeoutMs: 60_000,
  });

describe('a queue that gets live events and replays', () => {
  it('has the states of each entity in the order of their versions, and each last message after all of its replay', async () => {
    await change(1);
    await eventually(() => received.length === contacts, { timeoutMs: 30_000 });
    const request = { queue, entityTypes: [], entityIds: [], changedFrom: null, changedTo: null, perSecond: 2000 };
    const replay = () => services.publish(mappingMessages.replayEntities, { ...request, replayId: randomUUID() });
    const commands = [await replay()];
    for (let revision = 2; revision <= lastRevision; revision++) {
      await change(revision);
      if (revision % 3 === 0) commands.push(await replay());
    }
    for (const command of commands) await finishOf(command);
    // A page that is overtaken by a newer one of the same contacts changes nothing, so only the last is sure to be told.
    await eventually(() => new Set(received.filter(isLast).map(({ subject }) => subject)).size === contacts, {
      timeoutMs: 60_000,
    });

    const newest = new Map<string, number>();
    for (const message of received.filter((each) => !isFinish(each))) {
      const known = newest.get(message.subject ?? '') ?? 0;
      const n = message.entityVersion?.n ?? 0;
      if (causeOf(message) === 'replay') expect(n).toBe(known);
      else expect(n).toBe(known + 1);
      newest.set(message.subject ?? '', n);
    }
    expect(newest.size).toBe(contacts);
    for (const command of commands) {
      const ofReplay = received.filter(({ causationId }) => causationId === command);
      expect(ofReplay.map(isFinish)).toEqual([...Array<boolean>(contacts).fill(false), true]);
      expect(ofReplay.at(-1)?.data).toMatchObject({ sent: contacts, outcome: 'completed' });
    }
    const { replays } = await services.ask(mappingMessages.getReplays, { replayId: null, limit: 10 });
    expect(replays.map(({ state, expected, sent }) => [state, expected, sent])).toEqual(
      commands.map(() => ['completed', contacts, contacts]),
    );
  }, 120_000);
});
