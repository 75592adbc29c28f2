import { authMessages, syncMessages } from '@firmbridge/contracts';
import { KeepConnections } from '../src/application/keep-connections.js';
import { RenormalizeOutdated } from '../src/application/renormalize-outdated.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { newerNormalizers } from './builders/newer-normalizers.js';
import { aMessage, aRecord, MappingHarness, type MappingTenant } from './mapping-harness.js';

const shouting = newerNormalizers({
  activities: { version: 2, state: (draft) => ({ ...draft, note: String(draft['note']).toUpperCase() }) },
});

let older: MappingHarness;
let newer: MappingHarness;
beforeAll(async () => {
  older = await MappingHarness.start();
  newer = await older.replica(shouting);
});
afterAll(() => older.stop());

const anActivity = (id: number, fields: Record<string, unknown> = {}) =>
  aClioRecord('activities', { id, note: 'call', matter: null, user: null, activity_description: null, ...fields });
const aContact = (id: number, fields: Record<string, unknown> = {}) =>
  aClioRecord('contacts', { id, company: null, ...fields });

type Records = Parameters<MappingTenant['command']>[1];

/** Hands stored records over once more, as a run of mode `renormalize` does. */
const renormalize = (tenant: MappingTenant, replica: MappingHarness, resource: string, ...records: Records) =>
  tenant
    .at(replica)
    .deliver(tenant.command(resource, records, { cause: 'renormalized' }), 'mapping.normalize-backfill');

const normalizerVersions = async (tenant: MappingTenant) => {
  const sql = 'select normalizer_version as version from entity where tenant_id = $1 order by entity_id';
  return (await tenant.query<{ version: number }>(sql)).map(({ version }) => version);
};

describe('a record that is normalized again', () => {
  it('changes the entity that an older normalizer made of it, and says what changed and why', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1), { revision: 3 }));
    await renormalize(tenant, newer, 'activities', aRecord(anActivity(1), { revision: 3 }));
    const [before, after, ...more] = await tenant.entityEvents();
    expect(more).toEqual([]);
    expect(before).toMatchObject({ verb: 'created', version: '0.1', normalizerVersion: 1 });
    expect(after).toMatchObject({
      verb: 'updated',
      version: '0.2',
      entityId: before?.entityId,
      cause: 'renormalized',
      changes: [{ field: 'note', before: 'call', after: 'CALL' }],
      source: { recordId: '1', revision: 3 },
      normalizerVersion: 2,
    });
    expect(await normalizerVersions(tenant)).toEqual([2]);
    expect(await tenant.applied()).toMatchObject({ received: 1, updated: 1, stale: 0 });
  });

  it('is told nothing of when its entity stays the same, but is not outdated any more', async () => {
    const renaming = await older.replica(
      newerNormalizers({ activities: { version: 2, title: () => 'another title' } }),
    );
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await renormalize(tenant, renaming, 'activities', aRecord(anActivity(1)));
    expect(await tenant.entityEvents()).toHaveLength(1);
    expect(await tenant.applied()).toMatchObject({ unchanged: 1, stale: 0 });
    expect(await tenant.query('select title, version, normalizer_version from entity where tenant_id = $1')).toEqual([
      { title: 'another title', version: '1', normalizer_version: 2 },
    ]);
  });

  it('is stale when its normalizer made the entity already, or comes for another reason', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await tenant.at(newer).normalize('activities', aRecord(anActivity(1)));
    expect(await tenant.applied()).toMatchObject({ stale: 1 });
    await renormalize(tenant, newer, 'activities', aRecord(anActivity(1)));
    await renormalize(tenant, newer, 'activities', aRecord(anActivity(1)));
    expect(await tenant.applied()).toMatchObject({ stale: 1 });
    expect(await tenant.entityEvents()).toHaveLength(2);
  });

  it('is stale when a newer revision was applied meanwhile, by whichever normalizer', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)), aRecord(anActivity(2)));
    await tenant.normalize('activities', aRecord(anActivity(1, { note: 'mail' }), { revision: 2 }));
    await tenant.at(newer).normalize('activities', aRecord(anActivity(2, { note: 'mail' }), { revision: 2 }));
    await renormalize(tenant, newer, 'activities', aRecord(anActivity(1)), aRecord(anActivity(2)));
    expect(await tenant.applied()).toMatchObject({ received: 2, stale: 2 });
    expect((await tenant.entityEvents()).map(({ state }) => state['note'])).toEqual(['call', 'call', 'mail', 'MAIL']);
  });

  it('keeps the last known state of a deleted entity', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await tenant.normalize('activities', aRecord(anActivity(1), { revision: 2, deleted: true }));
    await renormalize(tenant, newer, 'activities', aRecord(anActivity(1), { revision: 2, deleted: true }));
    expect(await tenant.entityEvents()).toHaveLength(2);
    expect(await normalizerVersions(tenant)).toEqual([2]);
  });

  it('has another chance when it could not be read', async () => {
    const reading = await older.replica(
      newerNormalizers({ activities: { version: 2, body: (body) => ({ ...body, type: 'TimeEntry' }) } }),
    );
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1, { type: 'Mystery' })));
    await renormalize(tenant, reading, 'activities', aRecord(anActivity(1, { type: 'Mystery' })));
    expect(await tenant.entityEvents()).toMatchObject([{ verb: 'created', cause: 'renormalized' }]);
    expect(await tenant.query('select 1 from record_error where tenant_id = $1')).toEqual([]);
  });

  it('is set aside when it cannot be read any more, and its entity stays as it was', async () => {
    const refusing = await older.replica(
      newerNormalizers({ activities: { version: 2, body: (body) => ({ ...body, type: 'Mystery' }) } }),
    );
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await renormalize(tenant, refusing, 'activities', aRecord(anActivity(1)));
    expect(await tenant.entityEvents()).toHaveLength(1);
    expect(await tenant.applied()).toMatchObject({ rejected: 1, stale: 0 });
    expect(await tenant.messages(syncMessages.problemRaised)).toMatchObject([{ code: 'mapping.value_unknown' }]);
    expect(await tenant.query('select normalizer_version from record_error where tenant_id = $1')).toEqual([
      { normalizer_version: 2 },
    ]);
  });
});

describe('the work of older normalizers', () => {
  const look = (replica: MappingHarness) => replica.get(RenormalizeOutdated).execute();
  const asked = (tenant: MappingTenant) => tenant.messages(syncMessages.clioSyncMessages.startRun);

  it('is asked for once: what is outdated, of the connection it is of, over replicas and restarts', async () => {
    const [tenant, other] = [await older.aTenant(), await older.aTenant()];
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await other.normalize('contacts', aRecord(aContact(1)));
    const another = await older.replica(shouting);
    await Promise.all([look(newer), look(another), look(newer)]);
    await look(another);
    expect(await asked(tenant)).toEqual([
      { runId: expect.any(String), connectionId: tenant.connectionId, mode: 'renormalize', resources: ['activities'] },
    ]);
    expect(await asked(other)).toEqual([]);
  });

  it('is asked for again by the next version', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await look(newer);
    const newest = await older.replica(newerNormalizers({ activities: { version: 3 }, contacts: { version: 2 } }));
    await look(newest);
    await look(newest);
    await look(newer);
    expect((await asked(tenant)).map(({ resources }) => resources)).toEqual([['activities'], ['activities']]);
  });

  it('is looked for among records that could not be read, too', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1, { type: 'Mystery' })));
    await look(newer);
    expect(await asked(tenant)).toMatchObject([{ resources: ['activities'] }]);
  });

  it('is not asked for while the normalizers are what they were', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    expect(await look(older)).toBe(0);
    expect(await asked(tenant)).toEqual([]);
  });

  it('is not asked for over and over because of a record that cannot be read now', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1, { type: 'Mystery' })));
    await look(newer);
    await renormalize(tenant, newer, 'activities', aRecord(anActivity(1, { type: 'Mystery' })));
    await look(newer);
    expect(await asked(tenant)).toHaveLength(1);
  });

  it('waits for the connection when that was disconnected', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    const event = aMessage(authMessages.connectionDisconnected, tenant.tenantId, {
      connectionId: tenant.connectionId,
      provider: 'clio' as const,
    });
    await older.get(KeepConnections).ended('mapping.keep-connections', event, 'disconnected');
    await look(newer);
    expect(await asked(tenant)).toEqual([]);
    await tenant.connect('clio', tenant.connectionId);
    await look(newer);
    expect(await asked(tenant)).toHaveLength(1);
  });

  it('is asked for again when a replica that is being replaced made more of it', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await look(newer);
    await look(newer);
    await tenant.normalize('activities', aRecord(anActivity(2)));
    await look(newer);
    await look(newer);
    expect(await asked(tenant)).toHaveLength(2);
  });

  it('is left to the newer replica by one that is being replaced', async () => {
    const tenant = await older.aTenant();
    await tenant.normalize('activities', aRecord(anActivity(1)));
    await look(newer);
    await expect(renormalize(tenant, older, 'activities', aRecord(anActivity(1)))).rejects.toMatchObject({
      code: 'mapping.normalizer_outdated',
      retryable: true,
    });
    await renormalize(tenant, newer, 'activities', aRecord(anActivity(1)));
    expect(await normalizerVersions(tenant)).toEqual([2]);
  });
});
