import { operationMessages, syncMessages } from '@firmbridge/contracts';
import { aClioRecord } from './builders/a-clio-record.js';
import { aGhlContact } from './builders/a-ghl-contact.js';
import { aRecord, MappingHarness, type MappingTenant } from './mapping-harness.js';

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterAll(() => mapping.stop());

const aContact = (id: number, fields: Record<string, unknown> = {}) =>
  aRecord(aClioRecord('contacts', { id, company: null, ...fields }));
const aLead = (id: string, fields: Record<string, unknown> = {}) => aRecord(aGhlContact(id, fields));
const reviews = (tenant: MappingTenant) =>
  tenant.query<{ state: string; one_id: string; other_id: string; evidence: { says: string }[] }>(
    'select state, one_id, other_id, evidence from match_review where tenant_id = $1',
  );

describe('a contact that is new on one side', () => {
  it('is the entity that the other side has, in the transaction in which it arrives', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1', { email: ' CLARA@hughes.example' }));
    expect(await tenant.ghlEntity('g1')).toBe(await tenant.clioEntity(1));
    expect((await tenant.entityEvents()).map(({ verb }) => verb)).toEqual(['created']);
    expect(await tenant.applied()).toMatchObject({ unchanged: 1, created: 0 });
  });

  it('takes over the entity of a lead when Clio has it later, and tells what Clio knows', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalizeGhl(aLead('g1'));
    await tenant.normalize('contacts', aContact(1));
    expect(await tenant.clioEntity(1)).toBe(await tenant.ghlEntity('g1'));
    expect((await tenant.entityEvents()).map(({ verb, version }) => [verb, version])).toEqual([
      ['created', '0.1'],
      ['updated', '0.2'],
    ]);
    expect(await tenant.messages(syncMessages.upsertGhlContact)).toEqual([]);
    expect(await tenant.messages(operationMessages.ghlWriteMessages.writeRecord)).toMatchObject([
      { recordId: 'g1', changes: { dateOfBirth: '1984-02-29', city: 'San Francisco' } },
    ]);
  });

  it('leaves its reserved id pointing to where it went', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalizeGhl(aLead('g1'));
    await tenant.normalize('matters', aRecord(aClioRecord('matters', { id: 7, client: { id: 1 } })));
    const reserved = await tenant.clioEntity(1);
    await tenant.normalize('contacts', aContact(1));
    const into = await tenant.ghlEntity('g1');
    const merged = (await tenant.outbox()).filter(({ type }) => type === 'firmbridge.entity.contact.merged.v1');
    expect(merged.map(({ data }) => data)).toMatchObject([{ entityId: reserved, mergedInto: { id: into } }]);
    expect(
      await tenant.query('select merged_into from entity where tenant_id = $1 and entity_id = $2', [reserved]),
    ).toEqual([{ merged_into: into }]);
  });

  it('gets an entity of its own when it is somebody else', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1', { firstName: 'Omar', lastName: 'Diaz', email: 'o@diaz.example' }));
    expect(await tenant.ghlEntity('g1')).not.toBe(await tenant.clioEntity(1));
    expect(await reviews(tenant)).toEqual([]);
  });

  it('never meets a company', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1', { firstName: null, lastName: null, companyName: 'Clara Hughes' }));
    expect(await tenant.ghlEntity('g1')).not.toBe(await tenant.clioEntity(1));
  });

  it('is not compared with contacts of an account that is not paired with its own', async () => {
    const tenant = await mapping.aTenant();
    await tenant.connect('ghl', tenant.ghlConnectionId);
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1'));
    expect(await tenant.ghlEntity('g1')).not.toBe(await tenant.clioEntity(1));
  });

  it('is one pair when both sides create it at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const tenant = await mapping.aTenant({ paired: true });
      const clio = Array.from({ length: 40 }, (_, index) => aContact(index + 1, person(index)));
      const ghl = Array.from({ length: 40 }, (_, index) => aLead(`g${39 - index}`, lead(39 - index)));
      await Promise.all([tenant.normalize('contacts', ...clio), tenant.normalizeGhl(...ghl)]);
      const pairs = await tenant.query<{ count: number }>(
        `select count(*)::int as count from entity_link where tenant_id = $1 and state = 'linked' group by entity_id`,
      );
      expect(pairs.map(({ count }) => count)).toEqual(Array.from({ length: 40 }, () => 2));
    }
  });
});

const letters = (index: number) => String.fromCharCode(97 + Math.floor(index / 7), 101 + (index % 7));
const person = (index: number) => ({
  last_name: `Alvarez${letters(index)}`,
  name: `Clara Alvarez${letters(index)}`,
  email_addresses: [{ address: `clara${index}@alvarez.example`, name: 'Work', primary: true }],
  phone_numbers: [],
});
const lead = (index: number) => ({
  lastName: `Alvarez${letters(index)}`,
  email: `clara${index}@alvarez.example`,
  phone: null,
});

describe('a contact that may be one of the other side', () => {
  const spouse = { firstName: 'Martin', lastName: 'Hughes', email: 'clara@hughes.example' };

  it('is put before a person once, with what speaks for and against it', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1', spouse));
    await tenant.normalizeGhl({ ...aLead('g1', { ...spouse, city: 'Oakland' }), revision: 2 });
    const [review, ...others] = await reviews(tenant);
    expect(others).toEqual([]);
    expect(review?.state).toBe('pending');
    expect(review?.evidence.map(({ says }) => says)).toEqual([
      'same e-mail',
      'same phone',
      'same surname, a common one',
      'other first name',
    ]);
    expect([review?.one_id, review?.other_id].toSorted()).toEqual(
      [await tenant.clioEntity(1), await tenant.ghlEntity('g1')].toSorted(),
    );
  });

  it('is not linked by a phone or an e-mail that several have', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1), aContact(2, { first_name: 'Claire', name: 'Claire Hughes' }));
    await tenant.normalizeGhl(aLead('g1'));
    const [review] = await reviews(tenant);
    expect(review?.evidence.map(({ says }) => says)).toContain('same phone, which several contacts have');
    expect(await tenant.ghlEntity('g1')).not.toBe(await tenant.clioEntity(1));
  });

  it('is not carried to GoHighLevel before somebody has said who it is', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalizeGhl(aLead('g1', spouse));
    await tenant.normalize('contacts', aContact(1));
    expect(await tenant.messages(syncMessages.upsertGhlContact)).toEqual([]);
  });
});

describe('a contact of both sides', () => {
  it('has one record at most in each account', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1'), aLead('g2'));
    const entities = [await tenant.ghlEntity('g1'), await tenant.ghlEntity('g2')];
    expect(new Set(entities).size).toBe(2);
    expect(entities).not.toContain(await tenant.clioEntity(1));
    expect(await reviews(tenant)).toHaveLength(2);
  });
});
