import { authMessages, operationMessages, syncMessages } from '@firmbridge/contracts';
import { KeepConnections } from '../src/application/keep-connections.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aMessage, aRecord, MappingHarness } from './mapping-harness.js';

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterAll(() => mapping.stop());

const aContact = (id: number, fields: Record<string, unknown> = {}) =>
  aClioRecord('contacts', { id, company: null, ...fields });
const queue = 'mapping.keep-connections';

describe('a contact under a pairing', () => {
  it('is carried to GHL when it is created, and again when a field changes that GHL has', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aRecord(aContact(1)));
    await tenant.normalize('contacts', aRecord(aContact(1, { custom_field_values: [] }), { revision: 2 }));
    await tenant.normalize('contacts', aRecord(aContact(1, { last_name: 'Reyes' }), { revision: 3 }));
    const commands = await tenant.messages(syncMessages.upsertGhlContact);
    expect(commands).toMatchObject([
      {
        connectionId: tenant.ghlConnectionId,
        entityVersion: { epoch: 0, n: 1 },
        ghlContactId: null,
        fields: {
          firstName: 'Clara',
          lastName: 'Hughes',
          companyName: null,
          email: 'clara@hughes.example',
          phone: '+14155550101',
          address1: '1 Market St',
          city: 'San Francisco',
          state: 'CA',
          postalCode: '94105',
          dateOfBirth: '1984-02-29',
        },
      },
      { entityVersion: { epoch: 0, n: 3 }, fields: { lastName: 'Reyes' } },
    ]);
  });

  it('carries the name of its company, also when both arrive in one page', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize(
      'contacts',
      aRecord(aContact(1, { company: { id: 2 } })),
      aRecord(aContact(2, { type: 'Company', name: 'Hughes Holdings' })),
    );
    const commands = await tenant.messages(syncMessages.upsertGhlContact);
    expect(commands.map(({ fields }) => fields.companyName)).toEqual(['Hughes Holdings', 'Hughes Holdings']);
  });

  it('is not carried once more when a write has linked it', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aRecord(aContact(1)));
    const [{ entityId } = { entityId: '' }] = await tenant.entityEvents();
    await tenant.finishWrite({ entityId, outcome: 'refused', recordId: null });
    await tenant.finishWrite({ entityId, recordId: 'ghl-1' });
    await tenant.normalize('contacts', aRecord(aContact(1, { last_name: 'Reyes' }), { revision: 2 }));
    expect(await tenant.messages(syncMessages.upsertGhlContact)).toHaveLength(1);
  });

  it('is not carried when it was deleted, when nothing pairs it, or when GHL was disconnected', async () => {
    const alone = await mapping.aTenant();
    await alone.normalize('contacts', aRecord(aContact(1)));
    expect(await alone.messages(syncMessages.upsertGhlContact)).toEqual([]);

    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aRecord(aContact(1), { deleted: true }));
    const ended = { connectionId: tenant.ghlConnectionId, provider: 'ghl' as const };
    const event = aMessage(authMessages.connectionDisconnected, tenant.tenantId, ended);
    await mapping.get(KeepConnections).ended(queue, event, 'disconnected');
    await tenant.normalize('contacts', aRecord(aContact(2)));
    expect(await tenant.messages(syncMessages.upsertGhlContact)).toEqual([]);
  });
});

describe('a link', () => {
  it('that would give one record to two entities is refused visibly and the first one stays', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aRecord(aContact(1)), aRecord(aContact(2)));
    const [first, second] = await tenant.entityEvents();
    await tenant.finishWrite({ entityId: first?.entityId ?? '', recordId: 'ghl-9' });
    await tenant.finishWrite({ entityId: second?.entityId ?? '', recordId: 'ghl-9' });
    expect(await tenant.messages(syncMessages.problemRaised)).toMatchObject([
      { code: 'mapping.link_taken', recordId: 'ghl-9', details: { linkedEntityId: first?.entityId } },
    ]);
  });

  it('asks a person whether two that the provider took for one are the same, as likely as we find it ourselves', async () => {
    const askedAbout = async (other: Parameters<typeof aContact>[1]) => {
      const tenant = await mapping.aTenant({ paired: true });
      const ada = { first_name: 'Ada', last_name: 'Quimby', primary_phone_number: '+1 202 555 0143' };
      await tenant.normalize('contacts', aRecord(aContact(1, ada)), aRecord(aContact(2, { ...ada, ...other })));
      for (const { entityId } of await tenant.entityEvents()) await tenant.finishWrite({ entityId, recordId: 'ghl-9' });
      const [review] = await tenant.query<{ probability: number; evidence: { says: string }[] }>(
        'select probability, evidence from match_review where tenant_id = $1',
      );
      return { likely: review?.probability ?? NaN, says: review?.evidence.map(({ says }) => says) };
    };
    const same = await askedAbout({});
    const stranger = await askedAbout({ first_name: 'Bohumil', last_name: 'Vance', date_of_birth: '1951-02-03' });
    expect(same.likely).toBeGreaterThan(0.5);
    expect(stranger.likely).toBeLessThan(0.05);
    expect(stranger.says).toContain('GoHighLevel takes them for one contact');
  });
});

describe('a contact that GoHighLevel would not make beside another', () => {
  const duplicateOf = (id: string) => ({
    ...{ kind: 'validation' as const, code: 'ghl.refused', message: 'No duplicates.', retryAfterMs: null },
    details: { duplicate: { of: 'contact', id, matchingField: 'phone' } },
  });
  const refused = (entityId: string, id: string) =>
    ({ entityId, outcome: 'refused', recordId: null, problem: duplicateOf(id) }) as const;
  const reviews = (tenant: Awaited<ReturnType<typeof mapping.aTenant>>) =>
    tenant.query('select 1 from match_review where tenant_id = $1');

  it('is put before a person together with that one, and both stay as they are', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aRecord(aContact(1)), aRecord(aContact(2, { first_name: 'Bohumil' })));
    const [first, second] = (await tenant.entityEvents()).map(({ entityId }) => entityId);
    await tenant.finishWrite({ entityId: first ?? '', recordId: 'ghl-9' });
    await tenant.finishWrite(refused(second ?? '', 'ghl-9'));
    expect(await reviews(tenant)).toHaveLength(1);
    expect(await tenant.messages(operationMessages.ghlWriteMessages.writeRecord)).toEqual([]);
    expect(await tenant.messages(operationMessages.clioWriteMessages.writeRecord)).toEqual([]);
  });

  it('is asked about neither when an earlier write has made it, nor before the other one was read', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aRecord(aContact(1)));
    const [{ entityId } = { entityId: '' }] = await tenant.entityEvents();
    await tenant.finishWrite(refused(entityId, 'ghl-9'));
    await tenant.finishWrite({ entityId, recordId: 'ghl-9' });
    await tenant.finishWrite(refused(entityId, 'ghl-9'));
    expect(await reviews(tenant)).toEqual([]);
  });
});

describe('what is known of a connection', () => {
  it('is the newest event, whatever the order of arrival', async () => {
    const tenant = await mapping.aTenant();
    const ended = { connectionId: tenant.connectionId, provider: 'clio' as const };
    const late = aMessage(authMessages.connectionDisconnected, tenant.tenantId, ended, {
      time: '2020-01-01T00:00:00Z',
    });
    await mapping.get(KeepConnections).ended(queue, late, 'disconnected');
    const status = 'select status, region from connection where tenant_id = $1 and connection_id = $2';
    expect(await tenant.query(status, [tenant.connectionId])).toEqual([{ status: 'active', region: 'us' }]);

    const unheard = { connectionId: tenant.ghlConnectionId, provider: 'clio' as const };
    const early = aMessage(authMessages.connectionDisconnected, tenant.tenantId, unheard, {
      time: '2099-01-01T00:00:00Z',
    });
    await mapping.get(KeepConnections).ended(queue, early, 'disconnected');
    await tenant.connect('clio', tenant.ghlConnectionId, 'au');
    expect(await tenant.query(status, [tenant.ghlConnectionId])).toEqual([{ status: 'disconnected', region: 'au' }]);
  });
});
