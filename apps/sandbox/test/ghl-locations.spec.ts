import { GhlSandboxUnderTest, listAt, textAt } from './ghl-sandbox.js';

let sandbox: GhlSandboxUnderTest;
beforeEach(async () => {
  sandbox = await GhlSandboxUnderTest.start();
});
afterEach(() => sandbox.stop());

const path = (rest: string) => `/locations/${sandbox.locationId}${rest}`;
const keys = async (query: string) =>
  listAt((await sandbox.call('GET', path(`/customFields${query}`))).body, 'customFields').map(
    (field) => field['fieldKey'],
  );

it('shows a location to itself and to its agency, without the matching order', async () => {
  const own = await sandbox.call('GET', path(''));
  const agency = await sandbox.call('GET', path(''), { token: sandbox.control.facts().agencyPrivateToken });
  expect(own.body['location']).toEqual(agency.body['location']);
  expect(own.body).toMatchObject({
    location: { id: sandbox.locationId, companyId: sandbox.control.facts().companyId, timezone: 'America/New_York' },
  });
  expect(own.body['location']).not.toHaveProperty('matching');
});

it('lists the fields of contacts when no model is named', async () => {
  expect(await keys('')).toEqual(['contact.practice_area', 'contact.intake_notes']);
  expect(await keys('?model=opportunity')).toEqual(['opportunity.matter_number', 'opportunity.estimated_fee']);
  expect(await keys('?model=all')).toHaveLength(4);
});

it('creates, renames and deletes a field', async () => {
  const body = { name: 'Clio Matter Id', dataType: 'TEXT', model: 'opportunity' };
  const created = await sandbox.call('POST', path('/customFields'), { body });
  expect(created).toMatchObject({ status: 201, body: { customField: { fieldKey: 'opportunity.clio_matter_id' } } });
  expect((await sandbox.call('POST', path('/customFields'), { body })).status).toBe(400);
  const one = path(`/customFields/${textAt(created.body, 'customField', 'id')}`);
  expect((await sandbox.call('PUT', one, { body: { name: 'Matter' } })).body).toMatchObject({
    customField: { name: 'Matter', fieldKey: 'opportunity.clio_matter_id' },
  });
  expect((await sandbox.call('DELETE', one)).body).toMatchObject({ succeded: true });
  expect((await sandbox.call('GET', one)).status).toBe(400);
});

it.each(['options', 'textBoxListOptions'] as const)(
  'takes the options of a select field as %s, as switched',
  async (name) => {
    sandbox.control.setSwitches({ selectOptions: name });
    const body = { name: 'Urgency', dataType: 'SINGLE_OPTIONS', [name]: ['low', 'high'] };
    const { body: answer } = await sandbox.call('POST', path('/customFields'), { body });
    expect(answer).toMatchObject({ customField: { picklistOptions: ['low', 'high'] } });
  },
);

it('keeps a dictionary of tags in lower case, each once', async () => {
  expect(await sandbox.call('POST', path('/tags'), { body: { name: 'Court Date' } })).toMatchObject({
    status: 201,
    body: { tag: { name: 'court date' } },
  });
  expect((await sandbox.call('POST', path('/tags'), { body: { name: 'COURT DATE' } })).status).toBe(400);
});

it('searches users by company', async () => {
  const { companyId } = sandbox.control.facts();
  const search = (query: Record<string, string>) => sandbox.call('GET', `/users/search?${new URLSearchParams(query)}`);
  expect((await search({})).status).toBe(422);
  expect((await search({ companyId: 'other' })).status).toBe(403);
  const { body } = await search({ companyId, query: 'okafor' });
  expect(body).toMatchObject({
    count: 1,
    users: [{ name: 'Grace Okafor', roles: { locationIds: [sandbox.locationId] } }],
  });
  const user = await sandbox.call('GET', `/users/${textAt(body, 'users', 0, 'id')}`);
  expect(user.body).toMatchObject({ firstName: 'Grace' });
});

it('shows a location nothing of another one', async () => {
  const other = sandbox.control.addLocation();
  for (const rest of ['', '/customFields', '/tags']) {
    expect((await sandbox.call('GET', `/locations/${other.id}${rest}`)).status).toBe(403);
  }
  const pipelines = await sandbox.call('GET', `/opportunities/pipelines?locationId=${other.id}`);
  expect(pipelines.status).toBe(403);
});
