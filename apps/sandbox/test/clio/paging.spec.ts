import { clioResources } from '@firmbridge/clio-api';
import { ClioCaller } from './clio-caller.js';

let clio: ClioCaller;
beforeAll(async () => {
  clio = await ClioCaller.start({ matters: 130 });
});
afterAll(() => clio.stop());

const ids = (records: readonly { id: number }[]) => records.map(({ id }) => id);

describe('paging', () => {
  it('shows every record exactly once, by rising id, and says how many there are', async () => {
    const { records, pages } = await clio.all('/activities.json?limit=200&order=id(asc)&fields=id');
    expect(pages).toBe(6);
    expect(records).toHaveLength(1040);
    expect(ids(records)).toEqual([...new Set(ids(records))].sort((a, b) => a - b));
    expect((await clio.ask('/activities.json?limit=1')).body.meta.records).toBe(1040);
  });

  it('keeps the whole request in an absolute next, and has none on the last page', async () => {
    const page = await clio.ask('/matters.json?limit=100&fields=id,client{id}&status=open,pending,closed');
    const next = new URL(page.body.meta.paging.next);
    expect(next.origin + next.pathname).toBe(`${clio.sandbox.clioOrigin}/api/v4/matters.json`);
    expect(next.searchParams.get('fields')).toBe('id,client{id}');
    expect(next.searchParams.get('status')).toBe('open,pending,closed');
    const last = await clio.ask(next.href);
    expect(last.body.data).toHaveLength(30);
    expect(last.body.meta.paging.next).toBeUndefined();
  });

  it('leads back to the page before', async () => {
    const first = await clio.ask('/matters.json?limit=50');
    expect(first.body.meta.paging.previous).toBeUndefined();
    const third = await clio.ask((await clio.ask(first.body.meta.paging.next)).body.meta.paging.next);
    const second = await clio.ask(third.body.meta.paging.previous);
    expect(ids(second.body.data)).toEqual(ids((await clio.ask(first.body.meta.paging.next)).body.data));
    const again = await clio.ask(second.body.meta.paging.previous);
    expect(again.body).toEqual(first.body);
  });

  it('neither repeats nor skips records when others are created and deleted between pages', async () => {
    const first = await clio.ask('/contacts.json?limit=60');
    clio.control.remove('contacts', first.body.data[3].id);
    const created = clio.control.create('contacts', { type: 'Person', first_name: 'New', last_name: 'Arrival' });
    const seen = [...first.body.data, ...(await clio.all(first.body.meta.paging.next)).records];
    expect(new Set(ids(seen)).size).toBe(seen.length);
    expect(ids(seen).at(-1)).toBe(created);
    expect(seen).toHaveLength(209);
  });

  it.each(['0', '201', 'many'])('refuses a limit of %s with 422', async (limit) => {
    expect((await clio.ask(`/matters.json?limit=${limit}`)).status).toBe(422);
  });

  it('allows 2000 users on a page', async () => {
    expect((await clio.ask('/users.json?limit=2000')).status).toBe(200);
  });

  it('refuses a page_token that it did not give, or that went stale', async () => {
    expect((await clio.ask('/matters.json?page_token=invented')).status).toBe(422);
    const page = await clio.ask('/matters.json?limit=10');
    clio.control.expirePageTokens();
    expect((await clio.ask(page.body.meta.paging.next)).status).toBe(422);
  });

  it.each([true, false])('shows meta.records when the switch says %s', async (metaRecords) => {
    clio.control.setSwitches({ metaRecords });
    expect('records' in (await clio.ask('/matters.json')).body.meta).toBe(metaRecords);
    clio.control.setSwitches({ metaRecords: true });
  });

  it.each([true, false])('lists payments recorded by hand when the switch says %s', async (manualPaymentsListed) => {
    clio.control.setSwitches({ manualPaymentsListed });
    const { body } = await clio.ask('/clio_payments/payments.json?fields=id');
    expect(body.data).toHaveLength(manualPaymentsListed ? 78 : 39);
    expect(body.meta.records).toBe(body.data.length);
    const manual = clio.control.idAt('payments', 1);
    expect((await clio.ask(`/clio_payments/payments/${manual}.json`)).status).toBe(manualPaymentsListed ? 200 : 404);
    clio.control.setSwitches({ manualPaymentsListed: false });
  });

  it('reads a whole firm of fifty matters in at most thirty calls, with records in all twenty resources', async () => {
    const small = await ClioCaller.start({ matters: 50 });
    for (const { listPath, fields, single, pageSize, order } of Object.values(clioResources)) {
      const search = new URLSearchParams({ fields, ...(single ? {} : { limit: String(pageSize) }) });
      if (order) search.set('order', order);
      if (single) expect((await small.ask(`${listPath}?${search}`)).body.data.id).toBeGreaterThan(2 ** 31);
      else expect((await small.all(`${listPath}?${search}`)).records.length).toBeGreaterThan(0);
    }
    const calls = Object.values(small.sandbox.control.requests.counts()).reduce((sum, count) => sum + count, 0);
    await small.stop();
    expect(calls).toBeLessThanOrEqual(30);
  });
});

describe('offset mode', () => {
  it('serves any documented order and refuses others', async () => {
    const page = await clio.ask('/matters.json?order=updated_at(desc)&fields=id,updated_at&limit=50');
    const stamps = page.body.data.map(({ updated_at }: { updated_at: string }) => Date.parse(updated_at));
    expect(stamps).toEqual([...stamps].sort((a, b) => b - a));
    expect((await clio.ask('/matters.json?order=nickname(asc)')).status).toBe(422);
  });

  it('is where allocations and credit memos are without an order', async () => {
    const { records } = await clio.all('/allocations.json?fields=id,date&limit=40');
    const dates = records.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort());
    expect(records).toHaveLength(91);
  });

  it('ends at 10,000 records, where cursor mode goes on', async () => {
    const large = await ClioCaller.start({ matters: 1300 });
    expect((await large.ask('/activities.json?offset=9900&limit=200')).body.data).toHaveLength(200);
    const refused = await large.ask('/activities.json?offset=10000');
    expect(refused).toMatchObject({ status: 422, body: { error: { type: 'ArgumentError' } } });
    let next = '/activities.json?order=date(desc)&limit=200&fields=id';
    let status = 200;
    for (let page = 0; page < 51; page += 1) {
      const answer = await large.ask(next);
      status = answer.status;
      next = answer.body.meta?.paging.next;
    }
    expect(status).toBe(422);
    expect((await large.all('/activities.json?fields=id')).records).toHaveLength(10_400);
    await large.stop();
  });

  it.each([true, false])('takes order=id(asc) where none is documented when the switch says %s', async (accepted) => {
    clio.control.setSwitches({ undocumentedOrderAccepted: accepted });
    expect((await clio.ask('/line_items.json?order=id(asc)')).status).toBe(accepted ? 200 : 422);
    clio.control.setSwitches({ undocumentedOrderAccepted: true });
  });
});
