import { randomUUID } from 'node:crypto';
import {
  mappingMessages,
  systemActor,
  type Actor,
  type DataOf,
  type Envelope,
  type Message,
  type Replay,
} from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { AcceptReplay } from '../src/application/replays/accept-replay.js';
import { CancelReplay } from '../src/application/replays/cancel-replay.js';
import { ContinueDueReplays } from '../src/application/replays/continue-due-replays.js';
import { FindReplays } from '../src/application/replays/find-replays.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aMessage, aRecord, MappingHarness, type MappingTenant } from './mapping-harness.js';

type ReplayEntities = DataOf<typeof mappingMessages.replayEntities>;

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterEach(async () => {
  // A replay that a test leaves open would take part in the steps of the next.
  await mapping.database.acrossTenants((tx) => tx.query("delete from replay where stage <> 'closed'"));
});
afterAll(() => mapping.stop());

const operator: Actor = { kind: 'person', id: randomUUID(), roles: ['operator'] };
const viewer: Actor = { kind: 'person', id: randomUUID(), roles: ['viewer'] };
const commandQueue = 'mapping.replay-entities';

const aContact = (id: number, fields: Record<string, unknown> = {}) =>
  aClioRecord('contacts', { id, company: null, ...fields });
const anActivity = (id: number, fields: Record<string, unknown> = {}) =>
  aClioRecord('activities', { id, matter: null, user: null, activity_description: null, ...fields });
const activities = (count: number) => Array.from({ length: count }, (_, index) => aRecord(anActivity(index + 1)));

async function aCommand(tenant: MappingTenant, data: Partial<ReplayEntities> = {}, actor = operator) {
  const request: ReplayEntities = {
    replayId: randomUUID(),
    queue: data.queue ?? (await mapping.aQueue()),
    entityTypes: [],
    entityIds: [],
    changedFrom: null,
    changedTo: null,
    perSecond: 2000,
    ...data,
  };
  return aMessage(mappingMessages.replayEntities, tenant.tenantId, request, { actor });
}

async function accept(command: Message<ReplayEntities>): Promise<Message<ReplayEntities>> {
  await mapping.get(AcceptReplay).execute(commandQueue, command);
  return command;
}

const start = async (tenant: MappingTenant, data: Partial<ReplayEntities> = {}, actor = operator) =>
  accept(await aCommand(tenant, data, actor));

const step = () => mapping.get(ContinueDueReplays).execute();

async function replays(tenant: MappingTenant, replayId: string | null = null): Promise<Replay[]> {
  const question = aMessage(mappingMessages.getReplays, tenant.tenantId, { replayId, limit: 50 }, { actor: viewer });
  return (await mapping.get(FindReplays).execute(question)).replays;
}

async function replayOf({ data }: Message<ReplayEntities>, tenant: MappingTenant): Promise<Replay> {
  const [replay] = await replays(tenant, data.replayId);
  if (replay === undefined) throw new Error('there is no such replay');
  return replay;
}

function cancel(tenant: MappingTenant, { data }: Message<ReplayEntities>, actor = operator) {
  const question = aMessage(mappingMessages.cancelReplay, tenant.tenantId, { replayId: data.replayId }, { actor });
  return mapping.get(CancelReplay).execute(question);
}

interface Row {
  readonly id: string;
  readonly exchange: string;
  readonly routing_key: string;
  readonly ordering_key: string;
  readonly envelope: string;
}

/** What the outbox holds for a queue, in the order in which it leaves. */
async function sentTo(tenant: MappingTenant, queue: string): Promise<Envelope[]> {
  const rows = await tenant.query<Row>(
    "select * from outbox_message where tenant_id = $1 and exchange = '' and routing_key = $2 order by id",
    [queue],
  );
  return rows.map(({ envelope }) => JSON.parse(envelope) as Envelope);
}

/** As if the relay had published what the outbox holds. */
const publish = (tenant: MappingTenant) => tenant.query('delete from outbox_message where tenant_id = $1');

async function untilAllIsSent(tenant: MappingTenant, command: Message<ReplayEntities>): Promise<void> {
  await eventually(async () => {
    await step();
    const stages = await tenant.query('select 1 from replay where tenant_id = $1 and replay_id = $2 and stage = $3', [
      command.data.replayId,
      'sending',
    ]);
    return stages.length === 0;
  });
}

/** Sends all of a replay and answers its entity events. */
async function eventsOf(tenant: MappingTenant, command: Message<ReplayEntities>) {
  await untilAllIsSent(tenant, command);
  return sentTo(tenant, command.data.queue);
}

const recordIds = (envelopes: Envelope[]) =>
  envelopes.map(({ data }) => (data as { source: { recordId: string } }).source.recordId);

describe('a replay', () => {
  it('tells each entity as it stands, without a new version, to the one queue', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await tenant.normalize('contacts', aRecord(aContact(1, { last_name: 'Reyes' }), { revision: 4 }));
    const [, live] = (await tenant.outbox()).filter(({ type }) => type.startsWith('firmbridge.entity.'));
    const command = await start(tenant);
    const [event, ...more] = await eventsOf(tenant, command);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'firmbridge.entity.contact.updated.v1',
      entityversion: '0.2',
      subject: live?.subject,
      correlationid: command.correlationId,
      causationid: command.id,
      actor: `person:${operator.id};operator`,
      data: {
        ...(live?.data as object),
        changes: [],
        cause: 'replay',
        source: {
          provider: 'clio',
          connectionId: tenant.connectionId,
          resource: 'contacts',
          recordId: '1',
          revision: 4,
        },
      },
    });
    expect(event?.id).not.toBe(live?.id);
    expect((await tenant.outbox()).filter(({ causationid }) => causationid === command.id)).toHaveLength(1);
  });

  it('goes by the ordering key of live events', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await untilAllIsSent(tenant, await start(tenant));
    const rows = await tenant.query<Row>(
      "select * from outbox_message where tenant_id = $1 and type like '%entity%' order by id",
    );
    expect(rows.map(({ exchange }) => exchange)).toEqual(['entities', '']);
    expect(rows[1]?.ordering_key).toBe(rows[0]?.ordering_key);
  });

  it('is of the types that were asked for', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await tenant.normalize('activities', aRecord(anActivity(2)));
    await tenant.normalize('currencies', aRecord(aClioRecord('currencies', { id: 3 })));
    const command = await start(tenant, { entityTypes: ['contact', 'currency'] });
    expect(recordIds(await eventsOf(tenant, command)).toSorted()).toEqual(['1', '3']);
    expect(await replayOf(command, tenant)).toMatchObject({ expected: 2, sent: 2 });
  });

  it('is of the entities that were asked for', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(5));
    const wanted = (await tenant.entityEvents()).filter(({ source }) => ['2', '4'].includes(source.recordId));
    const command = await start(tenant, { entityIds: wanted.map(({ entityId }) => entityId) });
    expect(recordIds(await eventsOf(tenant, command)).toSorted()).toEqual(['2', '4']);
  });

  it('is of the entities that changed in the time that was asked for', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(4));
    const changed = async (recordId: string, at: string) =>
      tenant.query(
        `update entity set updated_at = $3 where tenant_id = $1 and entity_id =
           (select entity_id from entity_link where tenant_id = $1 and record_id = $2)`,
        [recordId, at],
      );
    await changed('1', '2026-01-01T00:00:00Z');
    await changed('2', '2026-02-01T00:00:00Z');
    await changed('3', '2026-03-01T00:00:00Z');
    const between = { changedFrom: '2026-02-01T00:00:00Z', changedTo: '2026-03-01T00:00:00Z' };
    expect(recordIds(await eventsOf(tenant, await start(tenant, between)))).toEqual(['2']);
    const since = { changedFrom: '2026-02-01T00:00:00Z' };
    expect(recordIds(await eventsOf(tenant, await start(tenant, since))).toSorted()).toEqual(['2', '3', '4']);
  });

  it('tells of a deleted entity that it is deleted, and of one that was only mentioned nothing', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1, { company: { id: 77 } })));
    await tenant.normalize('contacts', aRecord({ id: 1 }, { revision: 2, deleted: true }));
    const command = await start(tenant);
    const events = await eventsOf(tenant, command);
    expect(events.map(({ type, entityversion }) => [type, entityversion])).toEqual([
      ['firmbridge.entity.contact.deleted.v1', '0.2'],
    ]);
    expect(events[0]?.data).toMatchObject({ state: { lastName: 'Hughes' }, source: { revision: 2 } });
  });

  it('never is of entities of another tenant, also when their ids are given', async () => {
    const [tenant, other] = [await mapping.aTenant(), await mapping.aTenant()];
    await other.normalize('contacts', aRecord(aContact(1)));
    const ids = (await other.entityEvents()).map(({ entityId }) => entityId);
    const command = await start(tenant, { entityIds: ids });
    expect(await eventsOf(tenant, command)).toEqual([]);
    expect(await replayOf(command, tenant)).toMatchObject({ expected: 0, sent: 0 });
    expect(await replays(other)).toEqual([]);
    await expect(cancel(other, command)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('happens once when its command comes twice, also as a new message', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    const command = await start(tenant);
    await accept(command);
    await accept({ ...command, id: randomUUID() });
    expect(await eventsOf(tenant, command)).toHaveLength(1);
    expect(await replays(tenant)).toHaveLength(1);
  });

  it('leaves out what was first seen after it began', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(3));
    const command = await start(tenant, { perSecond: 1 });
    await tenant.query("update replay set started_at = started_at - interval '1 hour' where tenant_id = $1");
    expect(await eventsOf(tenant, command)).toEqual([]);
  });

  it('sends every entity once when several replicas work on it', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(150));
    await tenant.normalize('activities', ...activities(290).slice(150));
    const command = await start(tenant);
    await eventually(async () => {
      await Promise.all([step(), step(), step(), step()]);
      return (await replayOf(command, tenant)).sent === 290;
    });
    const ids = recordIds(await sentTo(tenant, command.data.queue));
    expect(ids).toHaveLength(290);
    expect(new Set(ids).size).toBe(290);
  });
});

describe('the rate of a replay', () => {
  const nextStep = async (tenant: MappingTenant): Promise<number> => {
    const [row] = await tenant.query<{ after: number }>(
      'select extract(epoch from next_step_at - started_at)::float8 as after from replay where tenant_id = $1',
    );
    return row?.after ?? 0;
  };

  it('spaces its pages by the database clock, and a page is never more than a second of it', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(12));
    const command = await start(tenant, { perSecond: 5 });
    for (const _ of [1, 2, 3]) await step();
    expect(await replayOf(command, tenant)).toMatchObject({ expected: 12, sent: 5, state: 'running' });
    expect(await nextStep(tenant)).toBeGreaterThanOrEqual(0.998);
  });

  it('is held over many pages', async () => {
    const tenant = await mapping.aTenant();
    for (const half of [activities(150), activities(300).slice(150)]) await tenant.normalize('activities', ...half);
    const command = await start(tenant, { perSecond: 500 });
    const paces: [number, number][] = [];
    await eventually(async () => {
      await step();
      const { sent } = await replayOf(command, tenant);
      paces.push([sent, await nextStep(tenant)]);
      return sent === 300;
    });
    // 1 ms is what the precision of started_at takes away.
    for (const [sent, after] of paces) expect(after).toBeGreaterThanOrEqual(sent / 500 - 0.001);
  });
});

describe('the last message of a replay', () => {
  it('is written when the outbox holds nothing of the replay any more', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    const command = await start(tenant);
    await untilAllIsSent(tenant, command);
    await step();
    await step();
    expect(await sentTo(tenant, command.data.queue)).toHaveLength(1);
    expect(await replayOf(command, tenant)).toMatchObject({ state: 'running', sent: 1, finishedAt: null });

    await publish(tenant);
    const [finished] = await eventually(async () => {
      await step();
      const sent = await sentTo(tenant, command.data.queue);
      return sent.length > 0 ? sent : null;
    });
    expect(finished).toMatchObject({
      type: mappingMessages.replayFinished.type,
      correlationid: command.correlationId,
      causationid: command.id,
      data: { replayId: command.data.replayId, sent: 1, outcome: 'completed' },
    });
    const replay = await replayOf(command, tenant);
    expect(replay).toMatchObject({ state: 'completed', sent: 1, reason: null });
    expect(replay.finishedAt).not.toBeNull();
  });

  it('does not wait for a later replay into the same queue', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    const first = await start(tenant);
    await untilAllIsSent(tenant, first);
    const sent = await sentTo(tenant, first.data.queue);
    const second = await start(tenant, { queue: first.data.queue });
    await untilAllIsSent(tenant, second);
    await tenant.query('delete from outbox_message where tenant_id = $1 and message_id = $2', [sent[0]?.id]);
    await eventually(async () => {
      await step();
      return (await replayOf(first, tenant)).state === 'completed';
    });
    expect(await replayOf(second, tenant)).toMatchObject({ state: 'running' });
  });

  it('is all that comes of a replay of nothing', async () => {
    const tenant = await mapping.aTenant();
    const command = await start(tenant);
    await eventually(async () => {
      await step();
      return (await replayOf(command, tenant)).state === 'completed';
    });
    expect((await sentTo(tenant, command.data.queue)).map(({ data }) => data)).toEqual([
      { replayId: command.data.replayId, sent: 0, outcome: 'completed' },
    ]);
  });
});

describe('a replay that cannot be', () => {
  it('has failed at once when its queue is the platform’s own', async () => {
    const tenant = await mapping.aTenant();
    const { namespace } = mapping.connections;
    const own = [
      'mapping.normalize-live',
      'mapping.normalize-live.dead',
      'retry.1000',
      'entities.stream',
      'auth.queries',
    ];
    for (const queue of [...own.map((name) => `${namespace}.${name}`), 'amq.gen-JzTY20BRgKO']) {
      const replay = await replayOf(await start(tenant, { queue }), tenant);
      expect(replay).toMatchObject({
        state: 'failed',
        sent: 0,
        reason: expect.stringMatching(/belongs to the platform/),
      });
      expect(replay.finishedAt).not.toBeNull();
    }
  });

  it('has failed at once when its queue does not exist', async () => {
    const tenant = await mapping.aTenant();
    const command = await start(tenant, { queue: 'reports.misspelt' });
    expect(await replayOf(command, tenant)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/no queue reports\.misspelt/),
    });
  });

  it('has failed at once when the person may not start it', async () => {
    const tenant = await mapping.aTenant();
    const command = await start(tenant, {}, viewer);
    expect(await replayOf(command, tenant)).toMatchObject({
      state: 'failed',
      requestedBy: `person:${viewer.id};viewer`,
      reason: expect.stringMatching(/operators and admins/),
    });
  });

  it('fails with the reason when its queue goes away meanwhile', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(3));
    const command = await start(tenant, { perSecond: 1 });
    await step();
    await mapping.deleteQueue(command.data.queue);
    await tenant.query('update replay set next_step_at = now() where tenant_id = $1');
    await step();
    expect(await replayOf(command, tenant)).toMatchObject({
      state: 'failed',
      sent: 1,
      reason: expect.stringMatching(/no queue/),
    });
  });

  it('fails also when its queue goes away before the last message', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    const command = await start(tenant);
    await untilAllIsSent(tenant, command);
    await publish(tenant);
    await mapping.deleteQueue(command.data.queue);
    await eventually(async () => {
      await step();
      return (await replayOf(command, tenant)).state === 'failed';
    });
    expect(await sentTo(tenant, command.data.queue)).toEqual([]);
  });
});

describe('cancelling', () => {
  it('sends no more and ends with a last message that says so', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(3));
    const command = await start(tenant, { perSecond: 1 });
    await step();
    const { replay } = await cancel(tenant, command);
    expect(replay).toMatchObject({ state: 'cancelled', expected: 3, sent: 1 });
    await step();
    expect(await sentTo(tenant, command.data.queue)).toHaveLength(1);
    await publish(tenant);
    const sent = await eventually(async () => {
      await step();
      const envelopes = await sentTo(tenant, command.data.queue);
      return envelopes.length > 0 ? envelopes : null;
    });
    expect(sent.map(({ data }) => data)).toEqual([{ replayId: command.data.replayId, sent: 1, outcome: 'cancelled' }]);
    expect(await replayOf(command, tenant)).toEqual(replay);
  });

  it('is harmless to repeat, and changes nothing about a replay that is over', async () => {
    const tenant = await mapping.aTenant();
    const [running, refused] = [await start(tenant), await start(tenant, { queue: 'reports.misspelt' })];
    const first = await cancel(tenant, running);
    expect(await cancel(tenant, running)).toEqual(first);
    expect((await cancel(tenant, refused)).replay).toMatchObject({ state: 'failed' });
  });

  it('is for operators and admins', async () => {
    const tenant = await mapping.aTenant();
    const command = await start(tenant);
    await expect(cancel(tenant, command, viewer)).rejects.toMatchObject({ kind: 'forbidden', retryable: false });
    expect(await replayOf(command, tenant)).toMatchObject({ state: 'running' });
  });

  it('waits for the page that is being sent, so that the last message comes after it', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', ...activities(100));
    const command = await start(tenant);
    await Promise.all([step(), cancel(tenant, command)]);
    const { sent } = await replayOf(command, tenant);
    await step();
    expect(await sentTo(tenant, command.data.queue)).toHaveLength(sent === 0 ? 1 : sent);
  });
});

describe('live changes during replays', () => {
  it('leave in the order of versions together with what is replayed', async () => {
    const tenant = await mapping.aTenant();
    const ids = [1, 2, 3, 4, 5, 6, 7, 8];
    const revise = (revision: number) => {
      const ordered = revision % 2 === 0 ? ids : ids.toReversed();
      return tenant.normalize(
        'activities',
        ...ordered.map((id) => aRecord(anActivity(id, { note: `revision ${revision}` }), { revision })),
      );
    };
    await revise(1);
    const queue = await mapping.aQueue();
    await Promise.all(Array.from({ length: 12 }, () => start(tenant, { queue })));
    const steps = async () => {
      for (let round = 0; round < 6; round++) await step();
    };
    await Promise.all([...Array.from({ length: 30 }, (_, index) => revise(index + 2)), steps(), steps()]);

    const events = (await tenant.entityEvents()).map(({ entityId, version, cause, state, source }) => ({
      entityId,
      n: Number(version.split('.')[1]),
      cause,
      text: `${String(state['note'])} of revision ${source.revision}`,
    }));
    expect(events.filter(({ cause }) => cause === 'replay').length).toBeGreaterThan(ids.length);
    for (const id of new Set(events.map(({ entityId }) => entityId))) {
      const own = events.filter(({ entityId }) => entityId === id);
      expect(own.map(({ n }) => n)).toEqual(own.map(({ n }) => n).toSorted((a, b) => a - b));
      const told = new Map(own.filter(({ cause }) => cause !== 'replay').map(({ n, text }) => [n, text]));
      for (const { n, text } of own) expect(text).toBe(told.get(n));
    }
  });
});

describe('an actor of the system', () => {
  it('may start a replay', async () => {
    const tenant = await mapping.aTenant();
    const command = await start(tenant, {}, systemActor('gateway'));
    expect(await replayOf(command, tenant)).toMatchObject({ state: 'running', requestedBy: 'system:gateway' });
  });
});
