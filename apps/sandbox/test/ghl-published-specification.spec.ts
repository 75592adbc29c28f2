import { corrections, PublishedApp, withSpecification } from './ghl-published-app.js';
import { GhlSandboxUnderTest, listAt, textAt, type Answer } from './ghl-sandbox.js';

withSpecification('what the sandbox answers is what HighLevel publishes', () => {
  const apps = new Map<string, PublishedApp>();
  let sandbox: GhlSandboxUnderTest;
  let contactId: string;

  beforeAll(async () => {
    for (const app of Object.keys(corrections)) apps.set(app, new PublishedApp(app));
    sandbox = await GhlSandboxUnderTest.start({
      switches: { indexDelayMs: 0, opportunitySearchFields: 'published', missingRecordStatus: '400' },
    });
    const customFields = [
      { key: 'practice_area', field_value: 'Immigration' },
      { key: 'intake_notes', field_value: 'x' },
    ];
    const write = {
      name: 'Ann Lee',
      email: 'ann@example.com',
      phone: '+17185559001',
      tags: ['vip'],
      dateOfBirth: '1980-01-31',
      customFields,
    };
    contactId = textAt(sandbox.control.createContact(sandbox.locationId, write), 'id');
  });
  afterAll(() => sandbox.stop());

  async function check(app: string, method: string, path: string, sent: SentTo = {}): Promise<Answer> {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => sent.params?.[name] ?? sandbox.locationId);
    const query = sent.query ? `?${new URLSearchParams(sent.query)}` : '';
    const answer = await sandbox.call(method, filled + query, sent);
    expect({ path, faults: apps.get(app)?.faultsOf(method, path, answer) }).toEqual({ path, faults: [] });
    return answer;
  }

  interface SentTo {
    readonly params?: Record<string, string>;
    readonly query?: Record<string, string>;
    readonly body?: unknown;
    readonly form?: Record<string, string>;
    readonly token?: string | null;
    readonly version?: string | null;
  }

  it('for contacts', async () => {
    const { locationId } = sandbox;
    const created = await check('contacts', 'POST', '/contacts/', { body: { locationId, email: 'bo@example.com' } });
    const params = { contactId };
    await check('contacts', 'GET', '/contacts/{contactId}', { params });
    await check('contacts', 'PUT', '/contacts/{contactId}', { params, body: { city: 'Queens' } });
    await check('contacts', 'POST', '/contacts/upsert', {
      body: { locationId, email: 'bo@example.com', city: 'Queens' },
    });
    await check('contacts', 'POST', '/contacts/search', { body: { locationId, pageLimit: 10 } });
    await check('contacts', 'GET', '/contacts/search/duplicate', { query: { locationId, email: 'bo@example.com' } });
    await check('contacts', 'POST', '/contacts/{contactId}/tags', { params, body: { tags: ['x'] } });
    await check('contacts', 'DELETE', '/contacts/{contactId}/tags', { params, body: { tags: ['x'] } });
    const gone = { contactId: textAt(created.body, 'contact', 'id') };
    await check('contacts', 'DELETE', '/contacts/{contactId}', { params: gone });
    await check('contacts', 'GET', '/contacts/{contactId}', { params: gone });
  });

  it('for notes and tasks', async () => {
    const note = await check('contacts', 'POST', '/contacts/{contactId}/notes', {
      params: { contactId },
      body: { body: 'Called' },
    });
    const noteParams = { contactId, id: textAt(note.body, 'note', 'id') };
    await check('contacts', 'GET', '/contacts/{contactId}/notes', { params: noteParams });
    await check('contacts', 'GET', '/contacts/{contactId}/notes/{id}', { params: noteParams });
    await check('contacts', 'PUT', '/contacts/{contactId}/notes/{id}', { params: noteParams, body: { body: 'x' } });
    const task = { title: 'Call', dueDate: '2026-03-02T09:00:00Z', completed: false };
    const created = await check('contacts', 'POST', '/contacts/{contactId}/tasks', {
      params: { contactId },
      body: task,
    });
    const params = { contactId, taskId: textAt(created.body, 'task', 'id') };
    await check('contacts', 'GET', '/contacts/{contactId}/tasks', { params });
    await check('contacts', 'PUT', '/contacts/{contactId}/tasks/{taskId}', { params, body: { title: 'x' } });
    await check('contacts', 'PUT', '/contacts/{contactId}/tasks/{taskId}/completed', {
      params,
      body: { completed: true },
    });
    await check('locations', 'POST', '/locations/{locationId}/tasks/search', { body: {} });
    await check('contacts', 'DELETE', '/contacts/{contactId}/tasks/{taskId}', { params });
    await check('contacts', 'DELETE', '/contacts/{contactId}/notes/{id}', { params: noteParams });
  });

  it('for opportunities', async () => {
    const { locationId } = sandbox;
    const pipelines = await check('opportunities', 'GET', '/opportunities/pipelines', { query: { locationId } });
    const pipelineId = textAt(listAt(pipelines.body, 'pipelines')[0], 'id');
    const customFields = [{ key: 'estimated_fee', field_value: 100 }];
    const body = { locationId, pipelineId, contactId, name: 'Lee v. City', status: 'open', monetaryValue: 5 };
    const created = await check('opportunities', 'POST', '/opportunities/', { body: { ...body, customFields } });
    const params = { id: textAt(created.body, 'opportunity', 'id') };
    await check('opportunities', 'GET', '/opportunities/{id}', { params });
    await check('opportunities', 'PUT', '/opportunities/{id}', { params, body: { name: 'Lee' } });
    await check('opportunities', 'PUT', '/opportunities/{id}/status', { params, body: { status: 'won' } });
    await check('opportunities', 'POST', '/opportunities/upsert', { body });
    await check('opportunities', 'POST', '/opportunities/', { body });
    await check('opportunities', 'POST', '/opportunities/search', { body: { locationId, limit: 100 } });
    await check('opportunities', 'GET', '/opportunities/lost-reason', { query: { locationId } });
    await check('opportunities', 'DELETE', '/opportunities/{id}', { params });
  });

  it('for a page of opportunities in the middle', async () => {
    const query = { location_id: sandbox.locationId, limit: '3', page: '2' };
    await check('opportunities', 'GET', '/opportunities/search', { query });
  });

  it('for locations and users', async () => {
    await check('locations', 'GET', '/locations/{locationId}');
    await check('locations', 'GET', '/locations/{locationId}/customFields', { query: { model: 'all' } });
    const body = { name: 'Court', dataType: 'TEXT' };
    const created = await check('locations', 'POST', '/locations/{locationId}/customFields', { body });
    const params = { locationId: sandbox.locationId, id: textAt(created.body, 'customField', 'id') };
    await check('locations', 'GET', '/locations/{locationId}/customFields/{id}', { params });
    await check('locations', 'PUT', '/locations/{locationId}/customFields/{id}', { params, body: { name: 'Courts' } });
    await check('locations', 'DELETE', '/locations/{locationId}/customFields/{id}', { params });
    await check('locations', 'GET', '/locations/{locationId}/tags');
    const values = await check('locations', 'GET', '/locations/{locationId}/customValues');
    await check('locations', 'GET', '/locations/{locationId}/customValues/{id}', {
      params: { locationId: sandbox.locationId, id: textAt(listAt(values.body, 'customValues')[0], 'id') },
    });
    const { companyId } = sandbox.control.facts();
    const users = await check('users', 'GET', '/users/search', { query: { companyId } });
    await check('users', 'GET', '/users/{userId}', { params: { userId: textAt(users.body, 'users', 0, 'id') } });
  });

  it('for tokens', async () => {
    const { companyId, clientId, clientSecret, appId } = sandbox.control.facts();
    const { access_token, refresh_token } = sandbox.control.issueTokens(companyId);
    const token = String(access_token);
    const form = {
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'refresh_token',
      refresh_token: String(refresh_token),
    };
    await check('oauth', 'POST', '/oauth/token', { form, token: null, version: null });
    await check('oauth', 'GET', '/oauth/installedLocations', { query: { companyId, appId }, token });
  });

  it('for what it refuses', async () => {
    const { locationId } = sandbox;
    await check('contacts', 'POST', '/contacts/', { body: { locationId, email: 'ann@example.com' } });
    await check('contacts', 'POST', '/contacts/', { body: { locationId, odd: true } });
    await check('contacts', 'POST', '/contacts/', { body: { locationId }, token: 'nonsense' });
    await check('opportunities', 'POST', '/opportunities/', { body: { locationId } });
  });
});
