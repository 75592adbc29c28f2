import { ClioCaller, type Loose } from './clio-caller.js';

let clio: ClioCaller;
beforeAll(async () => {
  clio = await ClioCaller.start({ matters: 20, clock: () => new Date('2026-06-01T12:00:00Z') });
});
afterAll(() => clio.stop());

const create = async (path: string, data: Loose) => clio.ask(path, { method: 'POST', data });
const patch = async (path: string, data: Loose, headers = {}) => clio.ask(path, { method: 'PATCH', data, headers });

async function aPerson(data: Loose = {}): Promise<number> {
  return (await create('/contacts.json', { type: 'Person', name: 'Wanda Writer', ...data })).body.data.id;
}

describe('contacts', () => {
  it('are created with their rows, and answer with default fields only', async () => {
    const answer = await create('/contacts.json', {
      type: 'Person',
      first_name: 'Ada',
      last_name: 'Byron',
      email_addresses: [{ name: 'Work', address: 'ada@example.com', default_email: true }],
      phone_numbers: [{ name: 'Mobile', number: '(212) 555-0147' }],
      addresses: [{ name: 'Home', city: 'London' }],
    });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body.data)).toEqual(['id', 'etag']);
    const fields = 'name,primary_email_address,email_addresses{address,primary},phone_numbers{number},is_client';
    const { data } = (await clio.ask(`/contacts/${answer.body.data.id}.json?fields=${fields}`)).body;
    expect(data).toEqual({
      name: 'Ada Byron',
      primary_email_address: 'ada@example.com',
      email_addresses: [{ address: 'ada@example.com', primary: true }],
      phone_numbers: [{ number: '(212) 555-0147' }],
      is_client: false,
    });
  });

  it('append a row without id, update one with id and delete on _destroy', async () => {
    const id = await aPerson({ email_addresses: [{ name: 'Work', address: 'w@example.com' }] });
    const path = `/contacts/${id}.json?fields=email_addresses{id,address,primary}`;
    const appended = await patch(path, { email_addresses: [{ name: 'Home', address: 'w@example.com' }] });
    const [first, second] = appended.body.data.email_addresses;
    expect(second.address).toBe('w@example.com');
    const changed = await patch(path, {
      email_addresses: [
        { id: first.id, _destroy: true },
        { id: second.id, address: 'new@example.com' },
      ],
    });
    expect(changed.body.data.email_addresses).toEqual([{ id: second.id, address: 'new@example.com', primary: true }]);
    expect((await patch(path, { email_addresses: [{ id: 1, address: 'x@example.com' }] })).status).toBe(404);
  });

  it.each([
    ['no type', { name: 'Nobody' }],
    ['a blank name', { type: 'Person', name: ' ' }],
    ['a company without a name', { type: 'Company' }],
    ['21 e-mails', { type: 'Person', name: 'A B', email_addresses: Array(21).fill({ address: 'a@example.com' }) }],
    ['an unknown company', { type: 'Person', name: 'A B', company: { id: 1 } }],
  ])('are refused with 422 for %s', async (_case, data) => {
    expect(await create('/contacts.json', data)).toMatchObject({
      status: 422,
      body: { error: { type: 'ArgumentError' } },
    });
  });

  it('disappear with DELETE', async () => {
    const id = await aPerson();
    expect((await clio.ask(`/contacts/${id}.json`, { method: 'DELETE' })).status).toBe(204);
    expect((await clio.ask(`/contacts/${id}.json`)).status).toBe(404);
  });
});

describe('matters', () => {
  it('need a client and a description', async () => {
    expect((await create('/matters.json', { description: 'Alone' })).status).toBe(422);
    const client = await aPerson();
    const fields = 'id,display_number,status,client{id,name},open_date';
    const { body } = await create(`/matters.json?fields=${fields}`, {
      client: { id: client },
      description: 'Together',
    });
    expect(body.data).toMatchObject({
      display_number: expect.stringMatching(/-Writer$/),
      status: 'Open',
      client: { id: client, name: 'Wanda Writer' },
      open_date: '2026-06-01',
    });
  });

  it('take a status in lower case and show it in title case; closing fills in the day where the switch says so', async () => {
    const path = (n: number) => `/matters/${clio.control.idAt('matters', n)}.json?fields=status,close_date`;
    const open = [0, 1, 2, 3, 4, 5, 6].filter(
      (n) => clio.control.record('matters', clio.control.idAt('matters', n))['status'] === 'Open',
    );
    expect((await patch(path(open[0] ?? 0), { status: 'closed' })).body.data).toEqual({
      status: 'Closed',
      close_date: '2026-06-01',
    });
    clio.control.setSwitches({ closingSetsCloseDate: false });
    expect((await patch(path(open[1] ?? 0), { status: 'closed' })).body.data.close_date).toBeNull();
    clio.control.setSwitches({ closingSetsCloseDate: true });
    expect((await patch(path(0), { status: 'Closed' })).status).toBe(422);
  });

  it('are not written over by whom knows an older version', async () => {
    const path = `/matters/${clio.control.idAt('matters', 8)}.json`;
    const { etag } = (await clio.ask(path)).body.data;
    expect((await patch(path, { location: 'Room 1' }, { 'If-Match': etag })).status).toBe(200);
    expect((await patch(path, { location: 'Room 2' }, { 'If-Match': etag })).status).toBe(412);
  });

  it.each([true, false])('take a stage of another practice area unless the switch says %s', async (refused) => {
    clio.control.setSwitches({ foreignStageRefused: refused });
    const id = clio.control.idAt('matters', 9);
    const area = Number((await clio.ask(`/matters/${id}.json?fields=practice_area{id}`)).body.data.practice_area.id);
    const stages = (await clio.ask('/matter_stages.json?fields=id,practice_area_id')).body.data;
    const foreign = stages.find((stage: Loose) => Number(stage.practice_area_id) !== area);
    const own = stages.find((stage: Loose) => Number(stage.practice_area_id) === area);
    const answer = await patch(`/matters/${id}.json`, { matter_stage: { id: foreign.id } });
    expect(answer.status).toBe(refused ? 422 : 200);
    expect((await patch(`/matters/${id}.json`, { matter_stage: { id: own.id } })).status).toBe(200);
    clio.control.setSwitches({ foreignStageRefused: true });
  });

  it('keep one value for each custom field: created by definition, updated by its own id', async () => {
    const client = await aPerson();
    const { id } = (await create('/matters.json', { client: { id: client }, description: 'Fields' })).body.data;
    const field = clio.control.idAt('custom_fields', 4);
    const path = `/matters/${id}.json?fields=custom_field_values{id,value,field_name}`;
    const created = await patch(path, { custom_field_values: [{ custom_field: { id: field }, value: 'first' }] });
    const [row] = created.body.data.custom_field_values;
    expect(row).toMatchObject({ id: expect.stringMatching(/^text_line-\d+$/), value: 'first', field_name: 'Court' });
    const again = await patch(path, { custom_field_values: [{ custom_field: { id: field }, value: 'second' }] });
    expect(again.status).toBe(422);
    const updated = await patch(path, { custom_field_values: [{ id: row.id, value: 'second' }] });
    expect(updated.body.data.custom_field_values).toEqual([{ ...row, value: 'second' }]);
    const emptied = await patch(path, { custom_field_values: [{ id: row.id, _destroy: true }] });
    expect(emptied.body.data.custom_field_values).toEqual([{ id: null, value: null, field_name: 'Court' }]);
  });

  it.each([true, false])('are touched by a new custom field value when the switch says %s', async (touched) => {
    clio.control.setSwitches({ nestedChangesTouchRecord: touched });
    const client = await aPerson();
    const path = '/matters.json?fields=id,etag,updated_at';
    const { data } = (await create(path, { client: { id: client }, description: 'Touch' })).body;
    clio.sandbox.control.clock.advance(60_000);
    const field = clio.control.idAt('custom_fields', 4);
    const after = await patch(`/matters/${data.id}.json?fields=etag,updated_at`, {
      custom_field_values: [{ custom_field: { id: field }, value: 'x' }],
    });
    expect(after.body.data.updated_at !== data.updated_at).toBe(touched);
    expect(after.body.data.etag).not.toBe(data.etag);
    clio.control.setSwitches({ nestedChangesTouchRecord: true });
  });
});

describe('activities', () => {
  it('count time in seconds', async () => {
    const { body } = await create('/activities.json?fields=quantity,quantity_in_hours,total,user{id},billed', {
      type: 'TimeEntry',
      date: '2026-06-01',
      quantity: 5400,
      price: 200,
      matter: { id: clio.control.idAt('matters', 1) },
    });
    expect(body.data).toEqual({
      quantity: 5400,
      quantity_in_hours: 1.5,
      total: 300,
      user: { id: clio.control.idAt('users', 0) },
      billed: false,
    });
  });

  it('are locked once they are billed', async () => {
    const billed = `/activities/${clio.control.idAt('activities', 0)}.json`;
    const refused = await patch(billed, { note: 'too late' });
    expect(refused).toMatchObject({
      status: 422,
      body: { error: { message: expect.stringContaining('has been billed') } },
    });
    expect((await clio.ask(billed, { method: 'DELETE' })).status).toBe(422);
    const unbilled = `/activities/${clio.control.idAt('activities', 5)}.json?fields=note`;
    expect((await patch(unbilled, { note: 'in time' })).body.data).toEqual({ note: 'in time' });
  });
});

describe('writes in general', () => {
  it('want their body wrapped in data', async () => {
    const response = await fetch(`${clio.sandbox.clioOrigin}/api/v4/contacts.json`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${clio.renewToken()}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'Person', name: 'A B' }),
    });
    expect(response.status).toBe(400);
  });

  it('do not exist where Clio has none, and say so where the sandbox has none', async () => {
    expect((await create('/bills.json', {})).status).toBe(404);
    expect((await create('/users.json', {})).status).toBe(404);
    expect((await create('/practice_areas.json', { name: 'Tax' })).status).toBe(501);
  });
});
