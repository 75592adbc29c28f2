import { randomUUID } from 'node:crypto';
import { GhlRecordWriter, problemOfChanges, type GhlWritable } from '../src/outbound/ghl/record-writer.js';
import { GhlCallsHarness } from './ghl-calls-harness.js';

let ghl: GhlCallsHarness;
beforeAll(async () => {
  ghl = await GhlCallsHarness.start();
});
afterAll(() => ghl?.stop());

const contacts = () => ghl.contacts();
const opportunities = () => ghl.opportunities();
const aWrite = (recordId: string | null, changes: Record<string, unknown>, mayHaveHappened = false) =>
  ghl.aWrite(recordId, { recordId, changes }, mayHaveHappened);
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
  const look = () => writer.afterUnclear.look(aWrite(null, changes, true), AbortSignal.timeout(20_000));
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
