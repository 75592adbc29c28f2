import {
  agreementMessages,
  authMessages,
  syncMessages,
  type Actor,
  type DataOf,
  type OperationProblem,
} from '@firmbridge/contracts';
import { KeepConnections } from '../src/application/keep-connections.js';
import { ConflictsHandler } from '../src/inbound/messages/conflicts.handler.js';
import { aMessage, MappingHarness } from './mapping-harness.js';
import { anEmail, TwoSides, type Body } from './two-sides.js';

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterAll(() => mapping.stop());

const { findConflicts, decideConflicts, undoConflict } = agreementMessages;
type Take = DataOf<typeof decideConflicts>['take'];
const actor: Actor = { kind: 'person', id: 'p1', roles: ['operator'] };
const handler = () => mapping.get(ConflictsHandler);

const conflicts = async ({ tenant }: TwoSides, state: 'open' | 'decided' | 'settled' = 'open') =>
  (await handler().find(aMessage(findConflicts, tenant.tenantId, { state, limit: 20 }))).conflicts;
const decide = ({ tenant }: TwoSides, conflictIds: string[], take: Take, always = false) =>
  handler().decide(aMessage(decideConflicts, tenant.tenantId, { conflictIds, take, always }, { actor }));
const undo = ({ tenant }: TwoSides, conflictId: string) =>
  handler().undo(aMessage(undoConflict, tenant.tenantId, { conflictId }, { actor }));
const theOne = async (sides: TwoSides) => {
  const [conflict, ...others] = await conflicts(sides);
  expect(others).toEqual([]);
  return conflict!;
};

/** Both sides change the e-mail before either hears of the other. */
async function contested(given: { readonly clio?: Body; readonly ghl?: Body } = {}): Promise<TwoSides> {
  const sides = await TwoSides.linked(mapping);
  sides.change('clio', { email_addresses: [anEmail('clio@hughes.example')], ...given.clio });
  await sides.edit('ghl', { email: 'ghl@hughes.example', ...given.ghl });
  const [overtaken] = await sides.commands();
  await sides.refuse(overtaken!, { kind: 'precondition_failed', message: 'It is no longer the same.' });
  return sides;
}

describe('a field that both sides changed', () => {
  it('is put before a person with both values, what was before, and when; the other fields go on', async () => {
    const sides = await contested({ ghl: { city: 'Oakland' } });
    expect(await theOne(sides)).toMatchObject({
      ...{ kind: 'contested', state: 'open', field: 'email', label: 'E-mail', policy: 'ask', title: 'Clara Hughes' },
      base: { clio: 'clara@hughes.example', ghl: 'clara@hughes.example' },
      clio: { recordId: '1', value: 'clio@hughes.example', at: expect.stringMatching(/^2026/) },
      ghl: { recordId: 'g1', value: 'ghl@hughes.example', at: expect.stringMatching(/^2026/) },
    });
    expect(await sides.commands()).toMatchObject([{ side: 'clio', changes: { addresses: [{ city: 'Oakland' }] } }]);
  });

  it.each([
    ['clio', 'clio@hughes.example'],
    ['ghl', 'ghl@hughes.example'],
  ] as const)('is as a person says: %s', async (take, value) => {
    const sides = await contested();
    const { conflictId } = await theOne(sides);
    expect(await decide(sides, [conflictId], take)).toMatchObject({
      decided: 1,
      conflicts: [{ state: 'decided', decision: take, decidedBy: 'person:p1' }],
    });
    expect(await sides.settle()).toHaveLength(1);
    expect(sides.ghl['email']).toBe(value);
    expect(sides.clio['email_addresses']).toMatchObject([{ address: value }]);
    expect(await conflicts(sides)).toEqual([]);
    expect(await decide(sides, [conflictId], take)).toMatchObject({ decided: 0 });
  });

  it('is settled when both say the same again', async () => {
    const sides = await contested();
    await sides.edit('ghl', { email: 'clio@hughes.example' });
    expect([await conflicts(sides), await sides.commands()]).toEqual([[], []]);
    expect(await conflicts(sides, 'settled')).toHaveLength(1);
  });

  it('is decided by its policy where it has one, and that can be looked up', async () => {
    const sides = await contested({ clio: { last_name: 'Reyes' }, ghl: { lastName: 'Diaz' } });
    await sides.settle();
    expect([sides.clio['last_name'], sides.ghl['lastName']]).toEqual(['Reyes', 'Reyes']);
    expect(await conflicts(sides, 'decided')).toMatchObject([
      { field: 'lastName', decision: 'clio', decidedBy: 'policy:clio', ghl: { value: 'Diaz' } },
    ]);
  });

  it('is decided for always, with all that waits about the field in these two accounts', async () => {
    const sides = await contested();
    const { conflictId } = await theOne(sides);
    await decide(sides, [conflictId], 'ghl', true);
    await sides.settle();
    sides.change('clio', { email_addresses: [anEmail('clio2@hughes.example')] });
    await sides.edit('ghl', { email: 'ghl2@hughes.example' });
    await sides.refuse((await sides.commands())[0]!, { kind: 'precondition_failed', message: 'Changed.' });
    await sides.settle();
    expect(await conflicts(sides)).toEqual([]);
    expect(sides.clio['email_addresses']).toMatchObject([{ address: 'ghl2@hughes.example' }]);
  });
});

describe('taking a decision back', () => {
  it('gives the side that gave way its value again, and asks anew', async () => {
    const sides = await contested();
    const { conflictId } = await theOne(sides);
    await decide(sides, [conflictId], 'clio');
    await sides.settle();
    expect((await undo(sides, conflictId)).conflict).toMatchObject({ state: 'open', decision: null });
    expect(await sides.settle()).toMatchObject([{ side: 'ghl', changes: { email: 'ghl@hughes.example' } }]);
    expect(sides.clio['email_addresses']).toMatchObject([{ address: 'clio@hughes.example' }]);
    expect((await theOne(sides)).conflictId).toBe(conflictId);
    await decide(sides, [conflictId], 'ghl');
    await sides.settle();
    expect(sides.clio['email_addresses']).toMatchObject([{ address: 'ghl@hughes.example' }]);
  });

  it('of a policy makes it a question', async () => {
    const sides = await contested({ clio: { last_name: 'Reyes' }, ghl: { lastName: 'Diaz' } });
    await sides.settle();
    const [decided] = await conflicts(sides, 'decided');
    await undo(sides, decided!.conflictId);
    await sides.settle();
    expect([sides.clio['last_name'], sides.ghl['lastName']]).toEqual(['Reyes', 'Diaz']);
    expect((await conflicts(sides)).map(({ field }) => field).toSorted()).toEqual(['email', 'lastName']);
  });

  it('is refused when the field has changed since, or is being written', async () => {
    const sides = await contested();
    const { conflictId } = await theOne(sides);
    await decide(sides, [conflictId], 'clio');
    await expect(undo(sides, conflictId)).rejects.toMatchObject({ code: 'conflict.not_undoable' });
    await sides.settle();
    await sides.edit('ghl', { email: 'third@hughes.example' });
    await sides.settle();
    await sides.edit('ghl', { email: 'fourth@hughes.example' });
    await expect(undo(sides, conflictId)).rejects.toMatchObject({ code: 'conflict.not_undoable' });
  });
});

describe('a value that one side does not take', () => {
  const refusals: [string, Pick<OperationProblem, 'kind' | 'message'> & Partial<OperationProblem>, RegExp][] = [
    [
      'for it belongs to another contact',
      {
        kind: 'validation',
        message: 'This location does not allow duplicated contacts.',
        details: { duplicate: { of: 'contact', id: 'g77', matchingField: 'email' } },
      },
      /another record there \(g77\)/,
    ],
    ['for want of a permission', { kind: 'forbidden', message: 'Not allowed.' }, /Grant the missing permission/],
    ['for the record is gone', { kind: 'not_found', message: 'Contact not found.' }, /may have been deleted/],
  ];

  it.each(refusals)('%s, is shown with the reason and not tried again by itself', async (_why, problem, reason) => {
    const sides = await TwoSides.linked(mapping);
    await sides.edit('clio', { email_addresses: [anEmail('taken@hughes.example')] });
    await sides.refuse((await sides.commands())[0]!, problem);
    expect(await theOne(sides)).toMatchObject({
      kind: 'refused',
      field: 'email',
      reason: expect.stringMatching(reason),
    });
    await sides.edit('clio', { title: 'Owner' });
    await sides.read('ghl');
    expect(await sides.commands()).toEqual([]);
    await sides.edit('clio', { last_name: 'Reyes' });
    expect(await sides.commands()).toMatchObject([{ side: 'ghl', changes: { lastName: 'Reyes' } }]);
  });

  it('is tried again when a person says so, or taken back on the other side', async () => {
    const sides = await TwoSides.linked(mapping);
    await sides.edit('clio', { email_addresses: [anEmail('taken@hughes.example')] });
    await sides.refuse((await sides.commands())[0]!, { kind: 'validation', message: 'Duplicate.' });
    await decide(sides, [(await theOne(sides)).conflictId], 'clio');
    await sides.refuse((await sides.commands())[0]!, { kind: 'validation', message: 'Duplicate.' });
    await decide(sides, [(await theOne(sides)).conflictId], 'ghl');
    expect(await sides.settle()).toMatchObject([
      { side: 'clio', changes: { email_addresses: [{ id: 902, address: 'clara@hughes.example' }] } },
    ]);
    expect(await conflicts(sides)).toEqual([]);
  });
});

describe('two sides that keep changing each other', () => {
  it('are stopped with the reason, and go on when a person says so', async () => {
    const sides = await TwoSides.linked(mapping);
    let writes = 0;
    for (let round = 0; round < 30; round += 1) {
      await sides.edit('ghl', { firstName: `Clara ${round}` });
      writes += (await sides.settle()).length;
    }
    expect(writes).toBe(12);
    const { conflictId, kind, field, reason } = await theOne(sides);
    expect([kind, field]).toEqual(['looping', null]);
    expect(reason).toContain('more than 12 times in 10 minutes');
    expect(await sides.tenant.messages(syncMessages.problemRaised)).toMatchObject([
      { code: 'mapping.agreement_looping' },
    ]);
    await expect(decide(sides, [conflictId], 'clio')).rejects.toMatchObject({ code: 'conflict.other_choices' });
    await decide(sides, [conflictId], 'resume');
    expect(await sides.settle()).toMatchObject([{ side: 'clio', changes: { first_name: 'Clara 29' } }]);
    expect(await conflicts(sides)).toEqual([]);
  });
});

describe('two sides that were stopped for changing each other', () => {
  async function stopped(): Promise<TwoSides> {
    const sides = await TwoSides.linked(mapping);
    for (let round = 0; round < 14; round += 1) {
      await sides.edit('ghl', { firstName: `Clara ${round}` });
      await sides.settle();
    }
    const longAgo = `update agreement_write set sent_at = sent_at - interval '1 hour' where tenant_id = $1`;
    await sides.tenant.query(longAgo);
    return sides;
  }

  it('are not let go on by a deletion and a return', async () => {
    const sides = await stopped();
    await sides.edit('ghl', {}, { deleted: true });
    await sides.edit('ghl', { firstName: 'Clara again' });
    expect(await theOne(sides)).toMatchObject({ kind: 'looping' });
    expect(await sides.settle()).toEqual([]);
  });

  it('are let go on by a person no further than the record is there', async () => {
    const sides = await stopped();
    await sides.edit('ghl', {}, { deleted: true });
    await decide(sides, [(await theOne(sides)).conflictId], 'resume');
    expect(await theOne(sides)).toMatchObject({ kind: 'gone', reason: expect.stringContaining('GoHighLevel') });
    await sides.edit('clio', { last_name: 'Reyes' });
    expect(await sides.settle()).toEqual([]);
    await sides.edit('ghl', {});
    expect(await sides.settle()).toContainEqual(expect.objectContaining({ changes: { lastName: 'Reyes' } }));
    expect(await conflicts(sides)).toEqual([]);
  });
});

describe('an account that is disconnected', () => {
  it('leaves no field waiting for a write that nobody carries out any more', async () => {
    const sides = await TwoSides.linked(mapping);
    await sides.edit('clio', { last_name: 'Reyes' });
    const { tenant } = sides;
    const ended = { connectionId: tenant.ghlConnectionId, provider: 'ghl' as const };
    const event = aMessage(authMessages.connectionDisconnected, tenant.tenantId, ended);
    await mapping.get(KeepConnections).ended('mapping.keep-connections', event, 'disconnected');
    await tenant.connect('ghl', tenant.ghlConnectionId);
    await sides.edit('clio', { last_name: 'Reyes-Hughes' });
    expect((await sides.commands()).map(({ changes }) => changes)).toEqual([
      { lastName: 'Reyes' },
      { lastName: 'Reyes-Hughes' },
    ]);
  });
});

describe('a record that was deleted or merged away', () => {
  it('leaves the other one as it is, says so, and goes on when it is back', async () => {
    const sides = await TwoSides.linked(mapping);
    await sides.edit('ghl', {}, { deleted: true });
    expect(await theOne(sides)).toMatchObject({ kind: 'gone', reason: expect.stringContaining('GoHighLevel') });
    await sides.edit('clio', { last_name: 'Reyes' });
    expect(await sides.commands()).toEqual([]);
    await sides.edit('ghl', {});
    expect(await sides.commands()).toMatchObject([{ side: 'ghl', changes: { lastName: 'Reyes' } }]);
    expect(await conflicts(sides)).toEqual([]);
  });

  it('goes on only when both are back, where both were deleted', async () => {
    const sides = await TwoSides.linked(mapping);
    await sides.edit('ghl', {}, { deleted: true });
    await sides.edit('clio', {}, { deleted: true });
    await sides.edit('ghl', { lastName: 'Reyes' });
    expect(await sides.commands()).toEqual([]);
    expect(await theOne(sides)).toMatchObject({ kind: 'gone', reason: expect.stringMatching(/in Clio was deleted/) });
    await sides.edit('clio', {});
    expect(await sides.commands()).toMatchObject([{ side: 'clio', changes: { last_name: 'Reyes' } }]);
    expect(await conflicts(sides)).toEqual([]);
  });
});
