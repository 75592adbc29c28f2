import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../../src/index.js';
import { bodyOf, type Loose } from '../clio/clio-caller.js';

const open = new Set<Sandbox>();
async function start(...[options]: Parameters<typeof createSandbox>): Promise<Sandbox> {
  const sandbox = await createSandbox({ matters: 10, clio: { switches: { requestsPerMinute: null } }, ...options });
  open.add(sandbox);
  return sandbox;
}
afterEach(async () => {
  await Promise.all([...open].map((sandbox) => sandbox.stop()));
  open.clear();
});

const json = { 'Content-Type': 'application/json' };
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const readAll = async (sandbox: Sandbox, token = sandbox.control.clio.issueTokens().accessToken) =>
  bodyOf(fetch(`${sandbox.clioOrigin}/api/v4/contacts.json?fields=id,etag,name,updated_at`, bearer(token)));

describe('records', () => {
  it('are the same for the same seed and others for another', async () => {
    const [one, same, other] = [await start(), await start(), await start({ seed: 'other' })];
    const { data } = await readAll(one);
    expect((await readAll(same)).data).toEqual(data);
    expect((await readAll(other)).data).not.toEqual(data);
  });

  it('do not depend on how many there are, and mention each other truly', async () => {
    const sandbox = await start({ matters: 57 });
    const { clio } = sandbox.control;
    for (const [collection, field, target] of [
      ['bills', 'client', 'contacts'],
      ['activities', 'matter', 'matters'],
      ['bill_line_items', 'bill', 'bills'],
      ['allocations', 'bill', 'bills'],
      ['bank_transactions', 'bank_account', 'bank_accounts'],
      ['payments', 'contact', 'contacts'],
      ['trust_line_items', 'matter', 'matters'],
    ] as const) {
      const token = clio.issueTokens().accessToken;
      const path =
        { bill_line_items: 'line_items', payments: 'clio_payments/payments' }[collection as string] ?? collection;
      const url = `${sandbox.clioOrigin}/api/v4/${path}.json?fields=${field}{id}`;
      const { data } = await bodyOf(fetch(url, bearer(token)));
      expect(data.length).toBeGreaterThan(0);
      for (const record of data) expect(clio.record(target, record[field].id)['id']).toBe(record[field].id);
    }
  });

  it('add up: lines, interest and payments make their bill', async () => {
    const { clio } = (await start({ matters: 40 })).control;
    const cents = (value: unknown) => Math.round(Number(value) * 100);
    for (let n = 0; n < 40; n += 1) {
      const bill = clio.record('bills', clio.idAt('bills', n));
      const lines = [0, 1, 2, 3, 4].map((line) =>
        clio.record('bill_line_items', clio.idAt('bill_line_items', n * 5 + line)),
      );
      const interest =
        n % 10 === 2 ? clio.record('interest_charges', clio.idAt('interest_charges', Math.floor(n / 10)))['total'] : 0;
      const ofLines = lines.reduce((sum, line) => sum + cents(line['total']), 0);
      expect(cents(bill['total'])).toBe(ofLines + cents(interest));
      if (bill['state'] !== 'void') {
        expect(cents(bill['due'])).toBe(cents(bill['total']) - cents(bill['paid']) - cents(bill['credits_issued']));
      }
    }
  });

  it('are served for a hundred thousand matters from any page without reading those before', async () => {
    const before = process.memoryUsage().rss;
    const sandbox = await start({ matters: 100_000 });
    const { clio } = sandbox.control;
    expect(clio.count('activities')).toBe(800_000);
    const token = clio.issueTokens().accessToken;
    const url = `${sandbox.clioOrigin}/api/v4/activities.json?limit=200&ids[]=${clio.idAt('activities', 799_999)}`;
    const { data } = await bodyOf(fetch(url, bearer(token)));
    expect(data).toHaveLength(1);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });
});

describe('the control API', () => {
  it('edits, creates and deletes records, with a new etag and a new updated_at', async () => {
    const sandbox = await start();
    const id = sandbox.control.clio.idAt('contacts', 3);
    const before = sandbox.control.clio.record('contacts', id);
    const path = `${sandbox.url}/control/clio/records/contacts`;
    const edit = { last_name: 'Changed', email_addresses: [{ address: 'changed@example.com' }] };
    const edited = await bodyOf(fetch(`${path}/${id}`, { method: 'POST', headers: json, body: JSON.stringify(edit) }));
    expect(edited).toMatchObject({ last_name: 'Changed', primary_email_address: 'changed@example.com' });
    expect(edited.name).toMatch(/ Changed$/);
    expect(edited.etag).not.toBe(before['etag']);
    expect(Date.parse(edited.updated_at)).toBeGreaterThan(Date.parse(String(before['updated_at'])));
    const body = JSON.stringify({ type: 'Company', name: 'Fresh Ltd.' });
    const created = await bodyOf(fetch(path, { method: 'POST', headers: json, body }));
    expect((await bodyOf(fetch(`${path}/${created.id}`))).name).toBe('Fresh Ltd.');
    expect((await fetch(`${path}/${created.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${path}/${created.id}`)).status).toBe(404);
  });

  it('refuses a field that Clio does not have', async () => {
    const { clio } = (await start()).control;
    expect(() => clio.edit('matters', clio.idAt('matters', 0), { nickname: 'x' })).toThrow();
  });

  it('keeps firms and regions apart', async () => {
    const sandbox = await start({ clio: { firms: [{}, { matters: 3 }], switches: { requestsPerMinute: null } } });
    const { clio } = sandbox.control;
    expect(clio.count('matters', { firm: 2 })).toBe(3);
    clio.edit('contacts', clio.idAt('contacts', 0), { title: 'Only here' });
    const elsewhere = { region: 'eu' } as const;
    expect(clio.record('contacts', clio.idAt('contacts', 0, elsewhere), elsewhere)['title']).not.toBe('Only here');
    expect(clio.idAt('contacts', 0, { firm: 2 })).not.toBe(clio.idAt('contacts', 0));
  });

  it('moves the clock', async () => {
    const sandbox = await start({ clock: () => new Date('2026-06-01T00:00:00Z') });
    const move = (body: object): Promise<Loose> =>
      bodyOf(fetch(`${sandbox.url}/control/clock`, { method: 'POST', headers: json, body: JSON.stringify(body) }));
    expect(await move({ advanceMs: 3_600_000 })).toEqual({ now: '2026-06-01T01:00:00.000Z' });
    expect(await move({ set: '2027-01-01T00:00:00Z' })).toEqual({ now: '2027-01-01T00:00:00.000Z' });
  });

  it('switches one thing and leaves the other switches where they are', async () => {
    const sandbox = await start();
    sandbox.control.clio.setSwitches({ metaRecords: false });
    const patch = (body: object) =>
      fetch(`${sandbox.url}/control/clio/switches`, { method: 'PATCH', headers: json, body: JSON.stringify(body) });
    expect(await bodyOf(patch({ sinceIsInclusive: false }))).toMatchObject({
      metaRecords: false,
      sinceIsInclusive: false,
      requestsPerMinute: null,
    });
    expect((await patch({ noSuchSwitch: true })).status).toBe(422);
  });

  it('tells what was asked of it', async () => {
    const sandbox = await start();
    await readAll(sandbox);
    await readAll(sandbox);
    const { counts, recent } = await bodyOf(fetch(`${sandbox.url}/control/requests`));
    expect(counts).toEqual({ 'clio GET /api/v4/contacts.json': 2 });
    expect(recent[1]).toMatchObject({ provider: 'clio', path: '/api/v4/contacts.json', status: 200 });
  });

  it('serves prerendered pages until something is written', async () => {
    const sandbox = await start({ matters: 30 });
    const request = '/activities.json?fields=id%2Cnote&limit=100';
    expect(sandbox.control.clio.prerender([request])).toMatchObject({ pages: 3 });
    const token = sandbox.control.clio.issueTokens().accessToken;
    const read = async (url: string) => bodyOf(fetch(url, bearer(token)));
    const first = await read(`${sandbox.clioOrigin}/api/v4${request}`);
    const second = await read(first.meta.paging.next);
    expect(second.data[0].id).toBe(first.data.at(-1).id + 1);
    sandbox.control.clio.edit('activities', first.data[0].id, { note: 'Fresh' });
    expect((await read(`${sandbox.clioOrigin}/api/v4${request}`)).data[0].note).toBe('Fresh');
  });

  it('returns everything to its first state', async () => {
    const sandbox = await start();
    const before = await readAll(sandbox);
    sandbox.control.clio.edit('contacts', before.data[0].id, { title: 'Changed' });
    sandbox.control.clio.create('contacts', { type: 'Person', last_name: 'New' });
    sandbox.control.clio.setSwitches({ metaRecords: false });
    sandbox.control.faults.add({ fault: { kind: 'status', status: 500 } });
    await fetch(`${sandbox.url}/control/reset`, { method: 'POST' });
    expect(await readAll(sandbox)).toEqual(before);
  });
});

describe('the state file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const stateFile = () => join(folder, 'deeper', 'state.jsonl');

  it('carries edits, creations, deletions and tokens over a restart', async () => {
    const first = await start({ stateFile: stateFile() });
    const { clio } = first.control;
    const { accessToken } = clio.issueTokens();
    const revoked = clio.issueTokens();
    await fetch(`${first.clioOrigin}/oauth/deauthorize`, {
      method: 'POST',
      body: new URLSearchParams({ token: revoked.accessToken }),
      ...bearer(revoked.accessToken),
    });
    clio.edit('contacts', clio.idAt('contacts', 1), { company: { id: clio.idAt('contacts', 8) } });
    const created = clio.create('contacts', { type: 'Person', first_name: 'Kept', last_name: 'Person' });
    clio.remove('contacts', clio.idAt('contacts', 4));
    const matter = `${first.clioOrigin}/api/v4/matters/${clio.idAt('matters', 0)}.json`;
    const written = await fetch(matter, {
      method: 'PATCH',
      headers: { ...json, Authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({
        data: { custom_field_values: await newValueFor(matter, accessToken, clio.idAt('custom_fields', 4)) },
      }),
    });
    expect(written.status).toBe(200);
    const before = await readAll(first, accessToken);
    const values = 'fields=custom_field_values{id,value,custom_field}';
    const fieldsBefore = await bodyOf(fetch(`${matter}?${values}`, bearer(accessToken)));
    await first.stop();

    const second = await start({ stateFile: stateFile() });
    expect(await readAll(second, accessToken)).toEqual(before);
    expect(before.data.map(({ id }: { id: number }) => id)).toContain(created);
    const again = matter.replace(first.clioOrigin, second.clioOrigin);
    const fieldsAfter = await bodyOf(fetch(`${again}?${values}`, bearer(accessToken)));
    expect(fieldsAfter).toEqual(fieldsBefore);
    expect((await fetch(again, bearer(revoked.accessToken))).status).toBe(401);
    expect(second.control.clio.create('contacts', { type: 'Person', last_name: 'Next' })).toBe(created + 1);
  });

  /** By its own id where the field has a value already, else by its definition. */
  async function newValueFor(matter: string, token: string, field: number): Promise<object[]> {
    const fields = 'fields=custom_field_values{id,custom_field}';
    const { data } = await bodyOf(fetch(`${matter}?${fields}`, bearer(token)));
    const row = data.custom_field_values.find((one: { custom_field: { id: number } }) => one.custom_field.id === field);
    return [{ ...(row?.id ? { id: row.id } : { custom_field: { id: field } }), value: 'Supreme Court' }];
  }

  it('survives a last line cut short', async () => {
    const first = await start({ stateFile: stateFile() });
    first.control.clio.edit('contacts', first.control.clio.idAt('contacts', 0), { title: 'Kept' });
    await first.stop();
    writeFileSync(stateFile(), `${readFileSync(stateFile(), 'utf8')}{"topic":"clio.rec`);
    const second = await start({ stateFile: stateFile() });
    expect(second.control.clio.record('contacts', second.control.clio.idAt('contacts', 0))['title']).toBe('Kept');
  });

  it('is refused by a sandbox of another seed or size', async () => {
    await (await start({ stateFile: stateFile() })).stop();
    await expect(start({ stateFile: stateFile(), matters: 11 })).rejects.toThrow(/10 matters/);
  });
});
