import {
  ghlListRequest,
  ghlResources,
  readGhlListPage,
  type GhlListOptions,
  type GhlResource,
} from '@firmbridge/ghl-api';
import { GhlSandboxUnderTest, listAt, started, textAt } from './ghl-sandbox.js';

let sandbox: GhlSandboxUnderTest;
beforeEach(async () => {
  sandbox = await GhlSandboxUnderTest.start({ switches: { indexDelayMs: 2000 } });
});
afterEach(() => sandbox.stop());

const search = (body: object) =>
  sandbox.call('POST', '/contacts/search', { body: { locationId: sandbox.locationId, pageLimit: 100, ...body } });
const found = async (...filters: object[]) => listAt((await search({ filters })).body, 'contacts');
const seeded = () => sandbox.control.contacts(sandbox.locationId);

/** Every record of a resource, page by page, as a client of ours reads them. */
async function walk(resource: GhlResource, over: Partial<GhlListOptions> = {}) {
  const base = { locationId: sandbox.locationId, companyId: sandbox.control.facts().companyId, pageSize: 6, ...over };
  const pages: string[][] = [];
  for (let cursor: string | undefined; ;) {
    const options = { ...base, ...(cursor === undefined ? {} : { cursor }) };
    const request = ghlListRequest(resource, options);
    const query = new URLSearchParams(request.query).toString();
    const answer = await sandbox.call(request.method, `${request.path}?${query}`, { body: request.body });
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
    const page = readGhlListPage(resource, options, answer.body);
    if (page.records.length > 0) pages.push(page.records.map((record) => resource.schema.parse(record).id));
    if (page.nextCursor === null) return pages;
    cursor = page.nextCursor;
  }
}

describe('walking a list', () => {
  it('finds every contact once, in pages that follow the cursor', async () => {
    const pages = await walk(ghlResources.contacts);
    expect(pages.map((page) => page.length)).toEqual([6, 6, 6, 2]);
    expect(new Set(pages.flat())).toEqual(new Set(seeded().map((contact) => textAt(contact, 'id'))));
  });

  it('gives changed contacts only, oldest change first, when asked so', async () => {
    const [one, two] = seeded().map((contact) => textAt(contact, 'id'));
    sandbox.clock.advance(1000);
    sandbox.control.updateContact(two ?? '', { city: 'Queens' });
    sandbox.clock.advance(1000);
    sandbox.control.updateContact(one ?? '', { city: 'Queens' });
    sandbox.clock.advance(2000);
    expect(await walk(ghlResources.contacts, { changedSince: started })).toEqual([[two, one]]);
  });

  it.each(['searchAfter', 'sort', 'absent'])(
    'finds every opportunity when its cursor is %s',
    async (opportunityCursor) => {
      sandbox.control.setSwitches({ opportunityCursor });
      const pages = await walk(ghlResources.opportunities);
      expect(pages.map((page) => page.length)).toEqual([6, 4]);
      expect(new Set(pages.flat()).size).toBe(10);
    },
  );

  it.each([
    ['pipelines', 2],
    ['custom_fields', 4],
    ['users', 3],
  ] as const)('reads all %s', async (name, count) => {
    const pages = await walk(ghlResources[name], { pageSize: 2 });
    expect(new Set(pages.flat()).size).toBe(count);
  });
});

describe('the index', () => {
  it('shows a new contact, its change and its end only after the delay', async () => {
    const id = textAt(sandbox.control.createContact(sandbox.locationId, { email: 'late@example.com' }), 'id');
    const late = () => found({ field: 'email', operator: 'eq', value: 'late@example.com' });
    expect(await late()).toEqual([]);
    sandbox.clock.advance(2000);
    expect(await late()).toEqual([expect.objectContaining({ id })]);
    sandbox.control.updateContact(id, { city: 'Queens' });
    expect(await late()).toEqual([expect.not.objectContaining({ city: 'Queens' })]);
    sandbox.clock.advance(2000);
    expect(await late()).toEqual([expect.objectContaining({ city: 'Queens' })]);
    sandbox.control.deleteContact(id);
    expect(await late()).toHaveLength(1);
    sandbox.clock.advance(2000);
    expect(await late()).toEqual([]);
  });

  it('knows contacts a little differently than a read by id', async () => {
    const [contact] = await found();
    expect(contact).toMatchObject({ address: expect.any(String), firstNameLowerCase: expect.any(String) });
    expect(contact).not.toHaveProperty('address1');
  });

  it('knows names in lower case only, as switched', async () => {
    sandbox.control.setSwitches({ searchNames: 'lower-only' });
    const [contact] = await found();
    expect(contact).not.toHaveProperty('firstName');
    expect(contact).toHaveProperty('firstNameLowerCase');
  });

  it('misses some contacts by phone as switched, while the search for duplicates finds them', async () => {
    const phones = seeded().flatMap((contact) => (contact['phone'] ? [textAt(contact, 'phone')] : []));
    const hits = async () =>
      (await Promise.all(phones.map((value) => found({ field: 'phone', operator: 'eq', value })))).flat().length;
    expect(await hits()).toBe(phones.length);
    sandbox.control.setSwitches({ phoneSearchMisses: true });
    expect(await hits()).toBeLessThan(phones.length);
    const path = `/contacts/search/duplicate?locationId=${sandbox.locationId}&number=${encodeURIComponent(phones[0] ?? '')}`;
    expect((await sandbox.call('GET', path)).body['contact']).not.toBeNull();
  });
});

describe('filters', () => {
  it('combines groups and operators', async () => {
    const named = (value: string) => ({ field: 'firstNameLowerCase', operator: 'eq', value });
    const either = await found({ group: 'OR', filters: [named('maria'), named('JAMES')] });
    expect(new Set(either.map((contact) => contact['firstName']))).toEqual(new Set(['Maria', 'James']));
    const both = await found(named('maria'), { field: 'email', operator: 'exists' });
    expect(both.length).toBeGreaterThan(0);
    const neither = await found({ field: 'firstNameLowerCase', operator: 'not_eq', value: 'maria' });
    expect(neither).toHaveLength(20 - (await found(named('maria'))).length);
    const without = await found({ field: 'email', operator: 'not_exists' });
    expect(without.length).toBe(seeded().filter((contact) => !contact['email']).length);
    const containing = await found({ field: 'lastNameLowerCase', operator: 'contains', value: 'var' });
    expect(new Set(containing.map((contact) => contact['lastName']))).toEqual(new Set(['Alvarez']));
  });

  it('finds by tag and by custom field id', async () => {
    const { body } = await sandbox.call('GET', `/locations/${sandbox.locationId}/customFields`);
    const area = listAt(body, 'customFields').find((field) => field['fieldKey'] === 'contact.practice_area');
    const field = `customFields.${textAt(area, 'id')}`;
    const immigrants = await found({ field, operator: 'eq', value: 'Immigration' });
    expect(immigrants.length).toBeGreaterThan(0);
    expect((await found({ field: 'tags', operator: 'eq', value: ['vip', 'consultation'] })).length).toBeGreaterThan(0);
  });

  it('finds by words in the name', async () => {
    const contacts = listAt((await search({ query: 'alvarez' })).body, 'contacts');
    expect(contacts.length).toBeGreaterThan(0);
    expect(contacts.every((contact) => contact['lastName'] === 'Alvarez')).toBe(true);
  });

  it.each([
    ['an unknown field', { field: 'shoeSize', operator: 'eq', value: '1' }],
    ['a range of a text', { field: 'city', operator: 'range', value: { gte: 'A' } }],
    ['part of an e-mail address', { field: 'email', operator: 'contains', value: 'ann' }],
    ['special characters in a part', { field: 'city', operator: 'contains', value: 'a*b' }],
    ['a value for exists', { field: 'city', operator: 'exists', value: 'x' }],
    ['no value for eq', { field: 'city', operator: 'eq' }],
    ['a long value', { field: 'city', operator: 'eq', value: 'x'.repeat(76) }],
    ['an unknown operator', { field: 'city', operator: 'like', value: 'x' }],
  ])('refuses %s with 422', async (_, filter) => {
    expect((await search({ filters: [filter] })).status).toBe(422);
  });
});

describe('paging', () => {
  it.each([
    ['no page size', { pageLimit: undefined }, 422],
    ['pages of more than 500', { pageLimit: 501 }, 422],
    ['both page and cursor', { page: 1, searchAfter: [1, 'x'] }, 422],
    ['pages beyond 10,000 records', { pageLimit: 500, page: 21 }, 400],
    ['three sorts', { sort: ['email', 'dnd', 'source'].map((field) => ({ field, direction: 'asc' })) }, 422],
    ['an order by id', { sort: [{ field: 'id', direction: 'asc' }] }, 422],
    ['a long query', { query: 'x'.repeat(76) }, 422],
  ])('refuses %s', async (_, body, status) => {
    expect((await search(body)).status).toBe(status);
  });

  it('counts everything on every page', async () => {
    const { body } = await search({ pageLimit: 3, page: 2, sort: [{ field: 'email', direction: 'desc' }] });
    expect(listAt(body, 'contacts')).toHaveLength(3);
    expect(body['total']).toBe(20);
  });
});
