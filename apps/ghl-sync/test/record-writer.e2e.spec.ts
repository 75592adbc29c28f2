import { randomUUID } from 'node:crypto';
import type { ClaimedWrite } from '@firmbridge/sync-engine';
import { GhlRecordWriter, problemOfChanges, type GhlWritable } from '../src/outbound/ghl/record-writer.js';
import { GhlCallsHarness } from './ghl-calls-harness.js';

let ghl: GhlCallsHarness;
beforeAll(async () => {
  ghl = await GhlCallsHarness.start();
});
afterAll(() => ghl?.stop());

type Known = Partial<ClaimedWrite> & { readonly revision?: number };
const contacts = () => ghl.contacts();
const opportunities = () => ghl.opportunities();
const aWrite = (recordId: string | null, changes: Record<string, unknown>, { revision = 1, ...known }: Known = {}) =>
  ghl.aWrite(recordId, { recordId, changes, revision }, known);
const write = (resource: GhlWritable, ...given: Parameters<typeof aWrite>) =>
  new GhlRecordWriter(resource, ghl.calls).execute(aWrite(...given), AbortSignal.timeout(20_000));

/** An opportunity for a contact that has none in the pipeline. */
function anOpportunity() {
  const [known] = opportunities() as unknown as { pipelineId: string; contactId: string }[];
  const taken = new Set(opportunities().map((each) => (each as unknown as { contactId: string }).contactId));
  const contactId =
    contacts()
      .map(({ id }) => String(id))
      .find((id) => !taken.has(id)) ?? '';
  return { pipelineId: known?.pipelineId ?? '', contactId, name: `Matter ${randomUUID()}`, status: 'open' };
}

it('changes what is named of a contact, empties what has nothing, and answers the record as it is then', async () => {
  const id = String(contacts()[0]?.id);
  const before = contacts()[0] as Record<string, unknown>;
  const end = await write('contacts', id, { firstName: 'Ada', postalCode: null });
  expect(end).toMatchObject({ outcome: 'succeeded', recordId: id, record: { body: { id, firstName: 'Ada' } } });
  const after = contacts().find((contact) => String(contact.id) === id) as Record<string, unknown>;
  expect(after).toMatchObject({ firstName: 'Ada', lastName: before['lastName'], email: before['email'] });
  expect(after['postalCode'] ?? '').toBe('');
});

describe('a change of a record that may have moved', () => {
  const puts = () => ghl.sandbox.control.requests.recent().filter(({ method }) => method === 'PUT').length;
  /** As it was read, and then changed by somebody. */
  async function movedContact(moved: Record<string, string>) {
    const id = String(contacts()[0]?.['id']);
    const read = await write('contacts', id, { city: `City ${randomUUID()}` });
    const knownRecord = { revision: 1, body: ('record' in read ? read.record?.body : null) ?? {} };
    ghl.sandbox.control.ghl.updateContact(id, moved);
    return { id, knownRecord };
  }

  it('is not written over what somebody wrote meanwhile, and brings the record as it is', async () => {
    const { id, knownRecord } = await movedContact({ lastName: 'Moved' });
    const before = puts();
    expect(await write('contacts', id, { lastName: 'Ours' }, { knownRecord })).toMatchObject({
      ...{ outcome: 'refused', problem: { kind: 'precondition_failed' } },
      record: { body: { lastName: 'Moved' } },
    });
    expect(puts()).toBe(before);
  });

  it('is written where other values have moved', async () => {
    const { id, knownRecord } = await movedContact({ firstName: `Somebody ${randomUUID()}` });
    const end = await write('contacts', id, { lastName: 'Ours' }, { knownRecord });
    expect(end).toMatchObject({ outcome: 'succeeded', record: { body: { lastName: 'Ours' } } });
  });

  it('is not written when a newer record was read than the one that it was decided for', async () => {
    const { id, knownRecord } = await movedContact({ firstName: 'Whoever' });
    const newer = { ...knownRecord, revision: 2 };
    const end = await write('contacts', id, { lastName: 'Older' }, { knownRecord: newer });
    expect(end).toMatchObject({ outcome: 'refused', problem: { kind: 'precondition_failed' } });
  });

  it('is written when it is of letters only', async () => {
    const { id, knownRecord } = await movedContact({ city: 'Oakland' });
    await write('contacts', id, { lastName: 'mcdonald' });
    const known = { ...knownRecord, body: { ...knownRecord.body, lastName: 'mcdonald' } };
    await write('contacts', id, { lastName: 'McDonald' }, { knownRecord: known });
    expect(contacts()[0]).toMatchObject({ lastName: 'McDonald' });
  });

  it('is over when the record says so already', async () => {
    const { id, knownRecord } = await movedContact({ lastName: 'Same' });
    const before = puts();
    const end = await write('contacts', id, { lastName: 'Same' }, { knownRecord });
    expect(end).toMatchObject({ outcome: 'succeeded', record: { body: { lastName: 'Same' } } });
    expect(puts()).toBe(before);
  });
});

it('names the contact that stands in the way of a value', async () => {
  const [one, other] = contacts() as unknown as { id: string; email: string }[];
  await expect(write('contacts', one?.id ?? '', { email: other?.email })).rejects.toMatchObject({
    details: { duplicate: { of: 'contact', id: other?.id } },
  });
});

it('makes an opportunity, and names the one that is there already', async () => {
  const changes = anOpportunity();
  const made = await write('opportunities', null, changes);
  expect(made).toMatchObject({ outcome: 'succeeded', record: { body: { name: changes.name } } });
  const again = write('opportunities', null, { ...changes, name: 'Another one' });
  await expect(again).rejects.toMatchObject({ details: { duplicate: { of: 'opportunity' } } });
});

it('looks for an opportunity that may have been made before it makes one', async () => {
  const changes = anOpportunity();
  const writer = new GhlRecordWriter('opportunities', ghl.calls);
  const look = () =>
    writer.afterUnclear.look(aWrite(null, changes, { mayHaveHappened: true }), AbortSignal.timeout(20_000));
  expect(await look()).toBe('not_done');
  const made = await write('opportunities', null, changes);
  expect(await look()).toMatchObject({ outcome: 'succeeded', recordId: 'recordId' in made ? made.recordId : '' });
});

it('refuses what GoHighLevel does not know before it is asked', () => {
  expect(problemOfChanges('contacts', 'c1', { companyName: 'Fernhill' })).toMatchObject({ kind: 'validation' });
  expect(problemOfChanges('contacts', null, { firstName: 'Ada' })).toMatchObject({ kind: 'validation' });
  expect(problemOfChanges('opportunities', null, { name: 'No pipeline' })).toMatchObject({ kind: 'validation' });
  expect(problemOfChanges('contacts', 'c1', { firstName: 'Ada', postalCode: null })).toBeNull();
});
