import { entityEvent, entityTypeSchema, mappingMessages, syncMessages } from '@firmbridge/contracts';
import { aClioRecord } from './builders/a-clio-record.js';
import { aRecord, MappingHarness } from './mapping-harness.js';

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterAll(() => mapping.stop());

const anActivity = (id: number, fields: Record<string, unknown> = {}) => aClioRecord('activities', { id, ...fields });
const aContact = (id: number, fields: Record<string, unknown> = {}) =>
  aClioRecord('contacts', { id, company: null, ...fields });
const idOf = (reference: unknown) => (reference as { id: string }).id;

describe('a page of records', () => {
  it('becomes entities, one event each, and one answer to the run', async () => {
    const tenant = await mapping.aTenant();
    const command = tenant.command('activities', [aRecord(anActivity(1)), aRecord(anActivity(2))], {
      cause: 'initial',
    });
    await tenant.deliver(command);

    const envelopes = await tenant.outbox();
    expect(envelopes.map(({ type }) => type)).toEqual([
      entityEvent('activity', 'created').type,
      entityEvent('activity', 'created').type,
      mappingMessages.recordsApplied.type,
    ]);
    const [event] = await tenant.entityEvents();
    expect(envelopes[0]).toMatchObject({
      tenantid: tenant.tenantId,
      correlationid: command.correlationId,
      causationid: command.id,
      entityversion: '0.1',
      subject: `activity/${event?.entityId}`,
    });
    expect(event).toMatchObject({
      cause: 'initial',
      changes: [],
      source: {
        provider: 'clio',
        connectionId: tenant.connectionId,
        resource: 'activities',
        recordId: '1',
        revision: 1,
      },
    });
    expect(await tenant.applied()).toMatchObject({ commandId: command.id, received: 2, created: 2, stale: 0 });
  });

  it('publishes events that keep their contract, for every resource of Clio', async () => {
    const tenant = await mapping.aTenant();
    for (const resource of ['matters', 'bills', 'bank_transactions', 'payments', 'who_am_i'] as const) {
      await tenant.normalize(resource, aRecord(aClioRecord(resource)));
    }
    const events = await tenant.entityEvents();
    expect(events).toHaveLength(5);
    for (const { verb, version: _version, ...data } of events) {
      expect(() =>
        entityEvent(entityTypeSchema.parse(data.entityType), verb as 'created').data.parse(data),
      ).not.toThrow();
    }
  });

  it('has its effect once when it is delivered twice', async () => {
    const tenant = await mapping.aTenant();
    const command = tenant.command('activities', [aRecord(anActivity(1))]);
    await tenant.deliver(command);
    await tenant.deliver(command);
    expect(await tenant.outbox()).toHaveLength(2);
  });

  it('has its effect once when two replicas handle it at the same time', async () => {
    const tenant = await mapping.aTenant();
    const command = tenant.command('activities', [aRecord(anActivity(1))]);
    await Promise.all([tenant.deliver(command), tenant.deliver(command)]);
    expect(await tenant.outbox()).toHaveLength(2);
  });

  it('publishes nothing but its answer when nothing changed', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await tenant.normalize('activities', aRecord(anActivity(1, { etag: '"new"' }), { revision: 2 }));
    expect(await tenant.entityEvents()).toHaveLength(1);
    expect(await tenant.applied()).toMatchObject({ received: 1, unchanged: 1, updated: 0 });
    await tenant.normalize('activities', aRecord(anActivity(1), { revision: 2 }));
    expect(await tenant.applied()).toMatchObject({ stale: 1 });
  });

  it('publishes exactly three events for three edited records of a full page', async () => {
    const tenant = await mapping.aTenant();
    const ids = Array.from({ length: 200 }, (_, index) => index + 1);
    await tenant.normalize('activities', ...ids.map((id) => aRecord(anActivity(id))));
    const edited = new Map([
      [7, { note: 'Edited' }],
      [99, { price: 400 }],
      [200, { quantity: 7200, total: 700 }],
    ]);
    await tenant.normalize('activities', ...ids.map((id) => aRecord(anActivity(id, edited.get(id)), { revision: 2 })));

    const events = (await tenant.entityEvents()).slice(200);
    expect(events.map(({ source, verb, version }) => [source.recordId, verb, version])).toEqual([
      ['7', 'updated', '0.2'],
      ['99', 'updated', '0.2'],
      ['200', 'updated', '0.2'],
    ]);
    expect(events[1]?.changes).toEqual([
      { field: 'price', before: { minor: 35000, currency: 'USD' }, after: { minor: 40000, currency: 'USD' } },
    ]);
    expect(await tenant.applied()).toMatchObject({ received: 200, updated: 3, unchanged: 197 });
  });

  it('discards an older copy that arrives after a newer one', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1, { note: 'second' }), { revision: 2 }));
    await tenant.normalize('activities', aRecord(anActivity(1, { note: 'first' }), { revision: 1 }));
    const events = await tenant.entityEvents();
    expect(events.map(({ state }) => state['note'])).toEqual(['second']);
    expect(await tenant.applied()).toMatchObject({ stale: 1, created: 0 });
  });

  it('takes the newest of several copies within itself', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize(
      'activities',
      aRecord(anActivity(1, { note: 'new' }), { revision: 5 }),
      aRecord(anActivity(1, { note: 'old' }), { revision: 4 }),
      aRecord(anActivity(1, { note: 'new' }), { revision: 5 }),
    );
    expect((await tenant.entityEvents()).map(({ state }) => state['note'])).toEqual(['new']);
    expect(await tenant.applied()).toMatchObject({ received: 3, created: 1, stale: 2 });
  });

  it('waits for its connection to be known instead of guessing the currency', async () => {
    const tenant = await mapping.aTenant();
    const command = tenant.command('activities', [aRecord(anActivity(1))], { connectionId: tenant.ghlConnectionId });
    await expect(tenant.deliver(command)).rejects.toMatchObject({
      code: 'mapping.connection_unknown',
      retryable: true,
    });
    await tenant.connect('clio', tenant.ghlConnectionId, 'au');
    await tenant.deliver(command);
    expect(await tenant.entityEvents()).toHaveLength(1);
  });

  it('of a resource nobody knows is refused as a whole and answered', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('tasks', aRecord({ id: 1 }));
    expect(await tenant.applied()).toMatchObject({ received: 1, rejected: 1 });
    expect(await tenant.messages(syncMessages.problemRaised)).toMatchObject([{ code: 'mapping.resource_unknown' }]);
  });
});

describe('a bad record', () => {
  it('is set aside with a reason and harms no other of its page', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize(
      'activities',
      aRecord(anActivity(1)),
      aRecord({ ...anActivity(2), id: null }, { recordId: '2' }),
      aRecord(anActivity(3, { type: 'Mystery' })),
      aRecord(anActivity(4, { price: 1e15 })),
      aRecord(anActivity(5)),
    );
    expect((await tenant.entityEvents()).map(({ source }) => source.recordId)).toEqual(['1', '5']);
    expect(await tenant.applied()).toMatchObject({ received: 5, created: 2, rejected: 3 });
    expect(await tenant.messages(syncMessages.problemRaised)).toMatchObject(
      [
        { recordId: '2', code: 'mapping.record_malformed', resource: 'activities', message: /^id:/ },
        { recordId: '3', code: 'mapping.value_unknown' },
        { recordId: '4', code: 'mapping.amount_too_large' },
      ].map((problem) => ({
        ...problem,
        ...(problem.message ? { message: expect.stringMatching(problem.message) } : {}),
      })),
    );
    expect(await tenant.query('select record_id from record_error where tenant_id = $1 order by 1')).toEqual([
      { record_id: '2' },
      { record_id: '3' },
      { record_id: '4' },
    ]);
  });

  it('is taken up when it arrives again in good order, also at the same revision', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1, { type: 'Mystery' }), { revision: 3 }));
    await tenant.normalize('activities', aRecord(anActivity(1), { revision: 3 }));
    expect(await tenant.entityEvents()).toHaveLength(1);
    expect(await tenant.query('select 1 from record_error where tenant_id = $1')).toEqual([]);
  });

  it('that is older than what is known is stale, not a problem', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1), { revision: 3 }));
    await tenant.normalize('activities', aRecord(anActivity(1, { type: 'Mystery' }), { revision: 2 }));
    expect(await tenant.applied()).toMatchObject({ stale: 1, rejected: 0 });
    expect(await tenant.messages(syncMessages.problemRaised)).toEqual([]);
  });
});

describe('references', () => {
  it('name the entity that a record becomes later', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('matters', aRecord(aClioRecord('matters', { client: { id: 77 } })));
    await tenant.normalize('contacts', aRecord(aContact(77)));
    const [matter, contact] = await tenant.entityEvents();
    expect(contact?.entityType).toBe('contact');
    expect(idOf(matter?.state['client'])).toBe(contact?.entityId);
  });

  it('agree between pages that mention the same unknown records at the same time, in any order', async () => {
    const tenant = await mapping.aTenant();
    const clients = Array.from({ length: 200 }, (_, index) => ({ id: 1000 + index }));
    const pages = Array.from({ length: 8 }, (_, page) => {
      const ordered = page % 2 === 0 ? clients : clients.toReversed();
      return ordered.map((client, index) =>
        aRecord(
          aClioRecord('matters', { id: 1000 * (page + 1) + index, client, responsible_attorney: { id: 9 + page } }),
        ),
      );
    });
    await Promise.all([
      ...pages.map((page) => tenant.normalize('matters', ...page)),
      tenant.normalize('contacts', ...clients.map(({ id }) => aRecord(aContact(id)))),
    ]);
    const events = await tenant.entityEvents();
    const contacts = new Map(
      events
        .filter(({ entityType }) => entityType === 'contact')
        .map(({ source, entityId }) => [source.recordId, entityId]),
    );
    const matters = events.filter(({ entityType }) => entityType === 'matter');
    expect([contacts.size, matters.length]).toEqual([200, 1600]);
    expect(new Set(matters.map(({ state }) => idOf(state['client'])))).toEqual(new Set(contacts.values()));
  });

  it('to the record itself and to others of its page are right at once', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize(
      'contacts',
      aRecord(aContact(1, { company: { id: 2 } })),
      aRecord(aContact(2, { type: 'Company', name: 'Hughes Holdings' })),
    );
    const [person, company] = await tenant.entityEvents();
    expect(idOf(person?.state['company'])).toBe(company?.entityId);
  });

  it('of two connections with the same record ids stay apart', async () => {
    const tenant = await mapping.aTenant();
    await tenant.connect('clio', tenant.ghlConnectionId);
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await tenant.deliver(tenant.command('contacts', [aRecord(aContact(1))], { connectionId: tenant.ghlConnectionId }));
    const [first, second] = await tenant.entityEvents();
    expect(first?.entityId).not.toBe(second?.entityId);
  });
});

describe('a deletion', () => {
  it('keeps the last known state and is published once', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await tenant.normalize('contacts', aRecord({ id: 1 }, { revision: 2, deleted: true }));
    await tenant.normalize('contacts', aRecord({ id: 1 }, { revision: 3, deleted: true }));
    const [created, deleted, ...more] = await tenant.entityEvents();
    expect(more).toEqual([]);
    expect(deleted).toMatchObject({
      verb: 'deleted',
      version: '0.2',
      entityId: created?.entityId,
      state: created?.state,
    });
    expect(await tenant.applied()).toMatchObject({ deleted: 0, unchanged: 1 });
  });

  it('that overtakes the record leaves a tombstone and makes the record stale', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1), { revision: 2, deleted: true }));
    await tenant.normalize('contacts', aRecord(aContact(1), { revision: 1 }));
    expect((await tenant.entityEvents()).map(({ verb, version }) => [verb, version])).toEqual([['deleted', '0.1']]);
  });

  it('of a record that nobody can read or knows changes nothing and is remembered', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord({ id: null }, { recordId: '1', revision: 2, deleted: true }));
    await tenant.normalize('contacts', aRecord(aContact(1), { revision: 1 }));
    expect(await tenant.entityEvents()).toEqual([]);
    expect(await tenant.applied()).toMatchObject({ stale: 1 });
  });

  it('is undone by the return of the record, with a version of its own', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await tenant.normalize('contacts', aRecord(aContact(1), { revision: 2, deleted: true }));
    await tenant.normalize('contacts', aRecord(aContact(1), { revision: 3 }));
    expect((await tenant.entityEvents()).map(({ verb, version }) => [verb, version])).toEqual([
      ['created', '0.1'],
      ['deleted', '0.2'],
      ['created', '0.3'],
    ]);
  });
});

describe('versions', () => {
  it('rise by one in the order of the outbox, each used once, however pages collide', async () => {
    const tenant = await mapping.aTenant();
    const revisions = Array.from({ length: 24 }, (_, index) => index + 1);
    const shuffled = revisions.toSorted((a, b) => ((a * 7) % 25) - ((b * 7) % 25));
    const page = (revision: number) => {
      const ids = revision % 2 === 0 ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1];
      return ids.map((id) => aRecord(anActivity(id, { note: `revision ${revision}` }), { revision }));
    };
    await Promise.all(shuffled.map((revision) => tenant.normalize('activities', ...page(revision))));

    const events = await tenant.entityEvents();
    for (const recordId of ['1', '2', '3', '4', '5']) {
      const own = events.filter(({ source }) => source.recordId === recordId);
      expect(own.map(({ version }) => version)).toEqual(own.map((_, index) => `0.${index + 1}`));
      const applied = own.map(({ source }) => source.revision);
      expect(applied).toEqual(applied.toSorted((a, b) => a - b));
      expect(own.at(-1)?.state['note']).toBe('revision 24');
    }
  });
});

describe('tenants', () => {
  it('never see or touch what belongs to another, even with equal ids', async () => {
    const [one, other] = [await mapping.aTenant(), await mapping.aTenant()];
    await one.normalize('contacts', aRecord(aContact(1)));
    await other.normalize('contacts', aRecord(aContact(1, { name: 'Somebody else' })));
    expect((await one.entityEvents())[0]?.entityId).not.toBe((await other.entityEvents())[0]?.entityId);
    const seen = await mapping.database.inTenant(one.tenantId, (tx) =>
      tx.query<{ title: string }>('select title from entity'),
    );
    expect(seen).toEqual([{ title: 'Clara Hughes' }]);
    const written = mapping.database.inTenant(one.tenantId, (tx) =>
      tx.query(`insert into record_error values ($1, $2, 'contacts', '1', 1, 'c', 'r', now(), 1)`, [
        other.tenantId,
        other.connectionId,
      ]),
    );
    await expect(written).rejects.toThrow('row-level security');
  });
});

describe('what was hidden', () => {
  it('does not overwrite what was known', async () => {
    const tenant = await mapping.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    const hidden = { quantity: null, total: null, quantity_redacted: true, matter: { id: null, redacted: true } };
    await tenant.normalize('activities', aRecord(anActivity(1, hidden), { revision: 2 }));
    const [before, after] = await tenant.entityEvents();
    expect(after?.changes).toEqual([{ field: 'quantityRedacted', before: false, after: true }]);
    expect(after?.state).toEqual({ ...before?.state, quantityRedacted: true });
  });
});

describe('the schema', () => {
  it('is what the entities describe', async () => {
    const differences = await mapping.database.orm.schema.getUpdateSchemaSQL({ wrap: false });
    expect(differences.trim()).toBe('');
  });
});
