import { operationMessages, syncMessages } from '@firmbridge/contracts';
import { aClioRecord } from './builders/a-clio-record.js';
import { aRecord, MappingHarness } from './mapping-harness.js';
import { TwoSides } from './two-sides.js';

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterAll(() => mapping.stop());

const linked = (...given: Parameters<typeof TwoSides.linked> extends [unknown, ...infer Rest] ? Rest : never) =>
  TwoSides.linked(mapping, ...given);

describe('a contact that both sides have', () => {
  it('asks for nothing while both say the same, in whatever spelling', async () => {
    const sides = await linked({ ghl: { email: ' CLARA@hughes.example', phone: '+1 415-555-0101' } });
    expect(await sides.commands()).toEqual([]);
  });

  it('is changed in Clio once when it was changed in GoHighLevel, and the echoes stop there', async () => {
    const sides = await linked();
    await sides.edit('ghl', { email: 'clara@newfirm.example', city: 'Oakland' });
    const [command, ...others] = await sides.commands();
    expect(others).toEqual([]);
    expect(command).toMatchObject({
      side: 'clio',
      recordId: '1',
      ifMatch: sides.clio['etag'],
      changes: {
        email_addresses: [{ id: 902, address: 'clara@newfirm.example' }],
        addresses: [{ street: '1 Market St', city: 'Oakland', province: 'CA', postal_code: '94105' }],
      },
    });
    expect(Object.keys(command?.changes ?? {})).toEqual(['email_addresses', 'addresses']);
    await sides.settle();
    await sides.read('ghl');
    await sides.edit('clio', {});
    expect(await sides.commands()).toEqual([]);
    const [last] = (await sides.tenant.entityEvents()).slice(-1);
    expect(last?.changes.map(({ field }) => field).toSorted()).toEqual(['addresses', 'emails']);
  });

  it('is changed in GoHighLevel by only what changed in Clio, and the echo stops there', async () => {
    const sides = await linked();
    await sides.edit('clio', { last_name: 'Reyes', name: 'Clara Reyes', title: 'Owner' });
    expect(await sides.commands()).toMatchObject([{ side: 'ghl', recordId: 'g1', changes: { lastName: 'Reyes' } }]);
    expect(Object.keys((await sides.commands())[0]?.changes ?? {})).toEqual(['lastName']);
    await sides.settle();
    await sides.read('ghl');
    expect(await sides.commands()).toEqual([]);
    expect(await sides.tenant.messages(syncMessages.upsertGhlContact)).toHaveLength(1);
  });

  it('takes what the other side made of a value for the value it is', async () => {
    const sides = await linked();
    await sides.edit('clio', { first_name: 'clara maria' });
    const [command] = await sides.commands();
    await sides.succeed(command!, { firstName: 'Clara M.' });
    await sides.read('ghl');
    await sides.read('clio');
    expect(await sides.commands()).toEqual([]);
    await sides.edit('ghl', { firstName: 'Claire' });
    expect(await sides.commands()).toMatchObject([{ side: 'clio', changes: { first_name: 'Claire' } }]);
  });

  it('takes what only one side has over from it, also when it is taken away', async () => {
    const sides = await linked({ clio: { phone_numbers: [], primary_phone_number: null, date_of_birth: null } });
    expect(await sides.settle()).toMatchObject([
      {
        side: 'clio',
        changes: { date_of_birth: '1984-02-29', phone_numbers: [{ name: 'Work', number: '+14155550101' }] },
      },
    ]);
    await sides.edit('ghl', { phone: null });
    expect(await sides.settle()).toMatchObject([{ side: 'clio', changes: { phone_numbers: [{ _destroy: true }] } }]);
    await sides.edit('clio', { email_addresses: [], primary_email_address: null });
    expect(await sides.settle()).toMatchObject([{ side: 'ghl', changes: { email: null } }]);
  });

  it('is brought together whichever answer comes first, the record or the end of the write', async () => {
    const sides = await linked();
    await sides.edit('ghl', { firstName: 'Claire' });
    const [command] = await sides.commands();
    sides.change('clio', { first_name: 'Claire' });
    await sides.read('clio');
    expect(await sides.commands()).toEqual([command]);
    await sides.succeed(command!);
    expect(await sides.commands()).toEqual([]);
  });

  it('is written again for the record as it is now when Clio has changed it meanwhile', async () => {
    const sides = await linked();
    await sides.edit('ghl', { firstName: 'Claire' });
    const [command] = await sides.commands();
    sides.change('clio', { last_name: 'Reyes' });
    await sides.refuse(command!, { kind: 'precondition_failed', message: 'It is no longer the same.' });
    const commands = await sides.commands();
    expect(commands).toMatchObject([
      { side: 'clio', changes: { first_name: 'Claire' }, ifMatch: sides.clio['etag'] },
      { side: 'ghl', changes: { lastName: 'Reyes' } },
    ]);
    await sides.settle();
    expect([sides.clio['first_name'], sides.ghl['lastName']]).toEqual(['Claire', 'Reyes']);
  });

  it('comes to rest after a storm of changes on both sides', async () => {
    const sides = await linked();
    for (let round = 0; round < 4; round += 1) {
      await sides.edit('ghl', { firstName: `Clara ${round}`, postalCode: `9410${round}` });
      await sides.edit('clio', { last_name: `Hughes ${round}`, first_name: `Claire ${round}` });
      for (const command of await sides.commands()) await sides.succeed(command);
    }
    await sides.settle();
    await sides.read('clio');
    await sides.read('ghl');
    expect(await sides.commands()).toEqual([]);
    expect(sides.ghl).toMatchObject({ firstName: sides.clio['first_name'], lastName: 'Hughes 3', postalCode: '94103' });
    expect(sides.clio).toMatchObject({ addresses: [{ postal_code: '94103' }] });
  });

  it('lets an older copy that arrives late change nothing', async () => {
    const sides = await linked();
    const old = aRecord(structuredClone(sides.ghl), { revision: 1 });
    await sides.edit('ghl', { firstName: 'Claire' });
    await sides.settle();
    await sides.tenant.normalizeGhl(old);
    expect(await sides.commands()).toEqual([]);
  });
});

describe('a contact that was just made in GoHighLevel', () => {
  it('is agreed on as GoHighLevel has kept it', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aRecord(aClioRecord('contacts', { id: 1, company: null, first_name: 'clara' })));
    const [{ entityId } = { entityId: '' }] = await tenant.entityEvents();
    const body = {
      id: 'g1',
      firstName: 'Clara!',
      lastName: 'Hughes',
      email: 'clara@hughes.example',
      phone: '+14155550101',
    };
    await tenant.finishWrite({ entityId, recordId: 'g1', record: { revision: 1, body } });
    expect(await tenant.messages(operationMessages.ghlWriteMessages.writeRecord)).toEqual([]);
    expect(await tenant.messages(operationMessages.clioWriteMessages.writeRecord)).toEqual([]);
  });
});

describe('a contact that changed in Clio while it was made in GoHighLevel', () => {
  it('is brought up to date there, and nobody is asked', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    const inClio = (email: string) =>
      aClioRecord('contacts', {
        ...{ id: 1, company: null, primary_email_address: email },
        email_addresses: [{ id: 7, name: 'Work', address: email, default_email: true }],
      });
    await tenant.normalize('contacts', aRecord(inClio('clara@hughes.example')));
    const [{ entityId } = { entityId: '' }] = await tenant.entityEvents();
    await tenant.normalize('contacts', aRecord(inClio('new@hughes.example'), { revision: 2 }));
    const body = { id: 'g1', firstName: 'Clara', lastName: 'Hughes', email: 'clara@hughes.example' };
    await tenant.finishWrite({ entityId, recordId: 'g1', record: { revision: 1, body } });
    expect(await tenant.messages(operationMessages.ghlWriteMessages.writeRecord)).toMatchObject([
      { changes: { email: 'new@hughes.example' } },
    ]);
    expect(await tenant.query('select field from conflict where tenant_id = $1 and decision is null')).toEqual([]);
  });
});

describe('an e-mail address', () => {
  it('is added to the contact in Clio where it has none', async () => {
    const sides = await linked({ clio: { email_addresses: [], primary_email_address: null } });
    expect(await sides.settle()).toMatchObject([
      { changes: { email_addresses: [{ name: 'Work', address: 'clara@hughes.example', default_email: true }] } },
    ]);
    await sides.edit('ghl', { email: 'c@hughes.example' });
    expect(await sides.settle()).toMatchObject([
      { changes: { email_addresses: [{ id: 5000, address: 'c@hughes.example' }] } },
    ]);
  });
});
