import { randomUUID } from 'node:crypto';
import { ContactWriter } from '../src/outbound/ghl/contact-writer.js';
import { GhlCallsHarness } from './ghl-calls-harness.js';

let ghl: GhlCallsHarness;
beforeAll(async () => {
  ghl = await GhlCallsHarness.start();
});
afterAll(() => ghl?.stop());

const nothing = {
  ...{ firstName: null, lastName: null, companyName: null, email: null, phone: null, dateOfBirth: null },
  ...{ address1: null, city: null, state: null, postalCode: null },
};
const clara = () => ({
  ...{ ...nothing, firstName: 'Clara', lastName: 'McHughes', email: `${randomUUID()}@hughes.example` },
  ...{ phone: `+1415555${String(1000 + ghl.contacts().length)}`, dateOfBirth: '1984-02-29', city: 'Oakland' },
});
type Fields = Readonly<Record<keyof typeof nothing, string | null>>;

const aWrite = (fields: Fields, ghlContactId: string | null = null) =>
  ghl.aWrite(null, {
    ...{ connectionId: randomUUID(), entityId: randomUUID(), entityVersion: { epoch: 0, n: 1 } },
    ...{ ghlContactId, fields },
  });
const write = (...given: Parameters<typeof aWrite>) =>
  new ContactWriter(ghl.calls).execute(aWrite(...given), AbortSignal.timeout(20_000));
const look = (fields: Fields) =>
  new ContactWriter(ghl.calls).afterUnclear.look(aWrite(fields), AbortSignal.timeout(20_000));

it.each(['email', 'phone'] as const)(
  'leaves another person of the same %s as they are, and names them',
  async (same) => {
    const first = clara();
    const made = await write(first);
    const before = structuredClone(ghl.contacts());
    const second = write({ ...clara(), firstName: 'Bohumil', [same]: first[same] });
    await expect(second).rejects.toMatchObject({
      message: expect.stringMatching(/already has a contact.*Say in the matches to review/s),
      details: { duplicate: { of: 'contact', id: 'recordId' in made ? made.recordId : '' } },
    });
    expect(ghl.contacts()).toEqual(before);
  },
);

it('finds the contact that an attempt whose answer was lost has made, and no other', async () => {
  const fields = clara();
  expect(await look(fields)).toBe('not_done');
  const made = await write(fields);
  expect(await look(fields)).toEqual(made);
  expect(await look({ ...fields, firstName: 'Bohumil' })).toBe('not_done');
});

it('leaves it to a person whether a contact without e-mail and phone was made', async () => {
  expect(await look({ ...nothing, firstName: 'Clara' })).toBe('unclear');
});

it('changes the contact that is known, and keeps what we do not know', async () => {
  const made = await write(clara());
  const id = 'recordId' in made ? (made.recordId ?? '') : '';
  await write({ ...nothing, firstName: 'Claire' }, id);
  const after = ghl.contacts().find((contact) => contact['id'] === id);
  expect(after).toMatchObject({ firstName: 'Claire', lastName: 'McHughes', city: 'Oakland' });
});
