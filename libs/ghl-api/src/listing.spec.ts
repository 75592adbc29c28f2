import { ghlListRequest, readGhlListPage } from './listing.js';
import { ghlResources } from './resources.js';

const options = { locationId: 'loc', companyId: 'com', pageSize: 1000 };

it('asks contacts for what changed, oldest first, within the largest page', () => {
  const request = ghlListRequest(ghlResources.contacts, { ...options, changedSince: new Date(0) });
  expect(request).toMatchObject({
    method: 'POST',
    path: '/contacts/search',
    headers: { Version: '2021-07-28' },
    body: {
      locationId: 'loc',
      pageLimit: 500,
      page: 1,
      filters: [{ field: 'dateUpdated', operator: 'range', value: { gte: '1970-01-01T00:00:00.000Z' } }],
      sort: [{ field: 'dateUpdated', direction: 'asc' }],
    },
  });
});

it('follows the cursor of the last contact, never beside a page number', () => {
  const page = readGhlListPage(ghlResources.contacts, options, {
    contacts: [
      { id: 'a', searchAfter: [1, 'a'] },
      { id: 'b', searchAfter: [2, 'b'] },
    ],
    total: 9,
  });
  expect(page).toMatchObject({ total: 9, nextCursor: '[2,"b"]' });
  const { body } = ghlListRequest(ghlResources.contacts, { ...options, cursor: page.nextCursor ?? '' });
  expect(body).toMatchObject({ searchAfter: [2, 'b'] });
  expect(body).not.toHaveProperty('page');
});

it('counts pages of opportunities where the records name no cursor', () => {
  const first = readGhlListPage(ghlResources.opportunities, options, { opportunities: [{ id: 'o' }], total: 2 });
  const request = ghlListRequest(ghlResources.opportunities, { ...options, cursor: first.nextCursor ?? '' });
  expect(request.body).toMatchObject({ limit: 500, page: 2, sort: [{ field: 'date_added', direction: 'asc' }] });
});

it('ends a walk at the empty page', () => {
  expect(readGhlListPage(ghlResources.contacts, options, { contacts: [], total: 1 }).nextCursor).toBeNull();
  expect(readGhlListPage(ghlResources.users, options, { users: [] }).nextCursor).toBeNull();
});

it('ends a walk at a first page that holds all there is', () => {
  const reply = { contacts: [{ id: 'a', searchAfter: [1, 'a'] }], total: 1 };
  expect(readGhlListPage(ghlResources.contacts, options, reply).nextCursor).toBeNull();
  expect(readGhlListPage(ghlResources.contacts, { ...options, cursor: '[0,"z"]' }, reply).nextCursor).not.toBeNull();
});

it('reads stages out of their pipelines', () => {
  const pipelines = [{ id: 'p', stages: [{ id: 's', name: 'New' }] }, { id: 'q' }];
  expect(readGhlListPage(ghlResources.pipeline_stages, options, { pipelines }).records).toEqual([
    { id: 's', name: 'New', pipelineId: 'p' },
  ]);
});

it('reads pipelines and custom fields whole', () => {
  expect(ghlListRequest(ghlResources.pipelines, options)).toMatchObject({ query: { locationId: 'loc' } });
  expect(ghlListRequest(ghlResources.custom_fields, options)).toMatchObject({
    path: '/locations/loc/customFields',
    query: { model: 'all' },
  });
  expect(readGhlListPage(ghlResources.pipelines, options, { pipelines: [{ id: 'p' }] }).nextCursor).toBeNull();
});

it('lists the users of a location by company, in steps', () => {
  const request = ghlListRequest(ghlResources.users, { ...options, cursor: '100' });
  expect(request.query).toEqual({ companyId: 'com', locationId: 'loc', limit: '100', skip: '100' });
});

it('refuses a reply without the records', () => {
  expect(() => readGhlListPage(ghlResources.contacts, options, { total: 0 })).toThrow();
});

it('refuses to list notes of nobody', () => {
  expect(() => ghlListRequest(ghlResources.notes, options)).toThrow('contactId');
});
