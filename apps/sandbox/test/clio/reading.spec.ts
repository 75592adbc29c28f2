import { ClioCaller } from './clio-caller.js';

let clio: ClioCaller;
const now = new Date('2026-06-01T12:00:00Z');
beforeAll(async () => {
  clio = await ClioCaller.start({ matters: 40, clock: () => now });
});
afterAll(() => clio.stop());

describe('who_am_i', () => {
  it('is one user, with the firm as it is called', async () => {
    const { body } = await clio.ask('/users/who_am_i.json?fields=id,name,account_owner,account{id,name}');
    expect(body.data).toMatchObject({ account_owner: true, account: { name: 'Example  Law LLC' } });
  });
});

describe('updated_since', () => {
  it('shows what changed from that instant on, and nothing else', async () => {
    const since = '2026-05-31T00:00:00Z';
    expect((await clio.ask(`/matters.json?updated_since=${since}`)).body.data).toEqual([]);
    const id = clio.control.idAt('matters', 7);
    clio.control.edit('matters', id, { description: 'Changed' });
    const { data } = (await clio.ask(`/matters.json?updated_since=${since}&fields=id,updated_at`)).body;
    expect(data).toEqual([{ id, updated_at: '2026-06-01T08:00:00-04:00' }]);
  });

  it.each([true, false])('includes its own instant when the switch says %s', async (sinceIsInclusive) => {
    clio.control.setSwitches({ sinceIsInclusive });
    clio.control.edit('contacts', clio.control.idAt('contacts', 1), { title: 'Partner' });
    const { data } = (await clio.ask(`/contacts.json?updated_since=${now.toISOString()}`)).body;
    expect(data).toHaveLength(sinceIsInclusive ? 1 : 0);
    clio.control.setSwitches({ sinceIsInclusive: true });
  });

  it('is about the invented past too', async () => {
    const all = (await clio.ask('/bills.json?fields=id,updated_at')).body.data as { id: number; updated_at: string }[];
    const since = all[20]?.updated_at ?? '';
    const expected = all.filter(({ updated_at }) => Date.parse(updated_at) >= Date.parse(since)).map(({ id }) => id);
    const found = (await clio.ask(`/bills.json?updated_since=${encodeURIComponent(since)}`)).body.data;
    expect(found.map(({ id }: { id: number }) => id)).toEqual(expected);
  });

  it('is ignored by payments, which cannot be read incrementally', async () => {
    const { data } = (await clio.ask('/clio_payments/payments.json?updated_since=2030-01-01T00:00:00Z')).body;
    expect(data).toHaveLength(12);
  });

  it('refuses what is no instant', async () => {
    expect((await clio.ask('/matters.json?updated_since=yesterday')).status).toBe(422);
  });
});

describe('filters', () => {
  it('finds records by ids', async () => {
    const wanted = [clio.control.idAt('matters', 5), clio.control.idAt('matters', 2)];
    const search = new URLSearchParams(wanted.map((id): [string, string] => ['ids[]', String(id)]));
    const { data } = (await clio.ask(`/matters.json?${search}`)).body;
    expect(data.map(({ id }: { id: number }) => id)).toEqual(wanted.toReversed());
  });

  it('finds records by an association and by state, whatever the case', async () => {
    const matter = clio.control.idAt('matters', 3);
    expect((await clio.ask(`/activities.json?matter_id=${matter}`)).body.data).toHaveLength(8);
    expect((await clio.ask(`/bills.json?matter_id=${matter}`)).body.data).toHaveLength(1);
    const { data } = (await clio.ask('/matters.json?status=closed&fields=status')).body;
    expect(new Set(data.map(({ status }: { status: string }) => status))).toEqual(new Set(['Closed']));
  });

  it('finds contacts by part of an e-mail address', async () => {
    const { data } = (await clio.ask('/contacts.json?email_only=true&fields=id,primary_email_address&limit=1')).body;
    const query = encodeURIComponent(data[0].primary_email_address.toUpperCase());
    expect((await clio.ask(`/contacts.json?query=${query}`)).body.data.map(({ id }: { id: number }) => id)).toContain(
      data[0].id,
    );
  });

  it('compares dates by the operator in the value and custom fields by theirs', async () => {
    const dates = (
      await clio.ask('/matters.json?open_date[]=%3E=2024-01-01&open_date[]=%3C2025-01-01&fields=open_date')
    ).body;
    expect(dates.data.length).toBeGreaterThan(0);
    for (const { open_date } of dates.data) expect(open_date.slice(0, 4)).toBe('2024');
    const field = clio.control.idAt('custom_fields', 3);
    const rich = await clio.ask(
      `/matters.json?custom_field_values[${field}]=%3E%3D50000&fields=custom_field_values{field_name,value}`,
    );
    for (const { custom_field_values } of rich.body.data) {
      const row = custom_field_values.find((one: { field_name: string }) => one.field_name === 'Case Value');
      expect(Number(row.value)).toBeGreaterThanOrEqual(50_000);
    }
    const court = clio.control.idAt('custom_fields', 4);
    expect((await clio.ask(`/matters.json?custom_field_values[${court}]=%3E5`)).status).toBe(400);
  });

  it('says so where it does not imitate a documented filter', async () => {
    expect((await clio.ask('/matters.json?grant_id=1')).status).toBe(501);
  });
});

describe('one record', () => {
  it('comes with an etag and is not sent again to whom knows it', async () => {
    const path = `/contacts/${clio.control.idAt('contacts', 2)}.json`;
    const { body, headers } = await clio.ask(`${path}?fields=id,etag`);
    expect(headers.get('etag')).toBe(body.data.etag);
    expect(body.data.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect((await clio.ask(path, { headers: { 'If-None-Match': body.data.etag } })).status).toBe(304);
    const modified = headers.get('last-modified') ?? '';
    expect((await clio.ask(path, { headers: { 'If-Modified-Since': modified } })).status).toBe(304);
    clio.control.edit('contacts', body.data.id, { title: 'Judge' });
    const changed = await clio.ask(`${path}?fields=etag`, { headers: { 'If-None-Match': body.data.etag } });
    expect(changed.status).toBe(200);
    expect(changed.body.data.etag).not.toBe(body.data.etag);
  });

  it('is a 404 when it is gone, and where Clio has no such call', async () => {
    const gone = clio.control.idAt('contacts', 30);
    clio.control.remove('contacts', gone);
    expect(await clio.ask(`/contacts/${gone}.json`)).toMatchObject({
      status: 404,
      body: { error: { type: 'NotFoundError', message: 'Not Found' } },
    });
    expect((await clio.ask(`/matter_stages/${clio.control.idAt('matter_stages', 0)}.json`)).status).toBe(404);
    for (const path of ['/who_am_i.json', '/payments.json', '/bill_line_items.json']) {
      expect((await clio.ask(path)).status).toBe(404);
    }
  });

  it('is redacted where it is mentioned when the user may not see it', async () => {
    const matter = clio.control.idAt('matters', 9);
    const client = clio.control.record('matters', matter)['client_id'] as number;
    clio.control.hide('contacts', client);
    expect((await clio.ask(`/contacts/${client}.json`)).status).toBe(404);
    const { data } = (await clio.ask(`/matters/${matter}.json?fields=id,client{id,name}`)).body;
    expect(data.client).toEqual({ id: null, name: null, redacted: true });
  });

  it('hides the hours of activities when the user may not see them', async () => {
    clio.control.setSwitches({ activityHoursRedacted: true });
    const { data } = (await clio.ask('/activities.json?limit=1&fields=quantity,quantity_redacted')).body;
    expect(data).toEqual([{ quantity: null, quantity_redacted: true }]);
    clio.control.setSwitches({ activityHoursRedacted: false });
  });

  it.each([true, false])('has value rows whose definition is empty when the switch says %s', async (empty) => {
    clio.control.setSwitches({ customFieldAssociationEmpty: empty });
    const { data } = (await clio.ask('/matters.json?limit=1&fields=custom_field_values{id,custom_field}')).body;
    for (const { custom_field } of data[0].custom_field_values) expect(custom_field === null).toBe(empty);
    clio.control.setSwitches({ customFieldAssociationEmpty: false });
  });
});

describe('versions, permissions and regions', () => {
  it('echoes the version it was asked for and refuses one it does not have with 410', async () => {
    const pinned = await clio.ask('/matters.json', { headers: { 'X-API-VERSION': '4.0.12' } });
    expect(pinned.headers.get('x-api-version')).toBe('4.0.12');
    expect((await clio.ask('/matters.json')).headers.get('x-api-version')).toBe('4.0.13');
    expect((await clio.ask('/matters.json', { headers: { 'X-API-VERSION': '3.9' } })).status).toBe(410);
  });

  it('answers 403 where the app has no permission', async () => {
    clio.control.setSwitches({ forbiddenCollections: ['bank_accounts'] });
    expect(await clio.ask('/bank_accounts.json')).toMatchObject({
      status: 403,
      body: { error: { type: 'ForbiddenError' } },
    });
    clio.control.setSwitches({ forbiddenCollections: [] });
  });

  it('knows no token of another region', async () => {
    const url = `${clio.sandbox.clioOrigins.eu}/api/v4/matters.json`;
    expect(await clio.ask(url)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    const token = clio.control.issueTokens({ region: 'eu' }).accessToken;
    expect((await clio.ask(url, { token })).status).toBe(200);
  });
});
