import { GhlSandboxUnderTest, textAt } from './ghl-sandbox.js';

let sandbox: GhlSandboxUnderTest;
beforeEach(async () => {
  sandbox = await GhlSandboxUnderTest.start();
});
afterEach(() => sandbox.stop());

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${sandbox.origin.replace('/ghl', '/control/ghl')}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

it('tells a client in another process what it needs', async () => {
  expect((await control('GET', '/facts')).body).toEqual(sandbox.control.facts());
});

it('shows and moves switches, and refuses those that do not exist', async () => {
  expect(await control('PATCH', '/switches', { burstLimit: 7 })).toMatchObject({
    status: 200,
    body: { burstLimit: 7 },
  });
  expect((await control('GET', '/switches')).body).toMatchObject({
    positions: { burstLimit: 7 },
    meanings: { burstLimit: expect.any(String) },
  });
  expect((await control('PATCH', '/switches', { kindness: 1 })).status).toBe(400);
  expect((await control('POST', '/switches/reset')).status).toBe(204);
  expect(sandbox.control.switches().burstLimit).toBe(100);
});

it('lets a person work on records', async () => {
  const write = { locationId: sandbox.locationId, email: 'ann@example.com' };
  const created = await control('POST', '/contacts', write);
  const path = `/contacts/${textAt(created.body, 'id')}`;
  expect((await control('PATCH', path, { companyName: 'Lee Ltd' })).body).toMatchObject({
    companyName: 'Lee Ltd',
    lastUpdatedBy: { source: 'WEB_USER' },
  });
  expect((await control('POST', '/contacts', write)).body).toMatchObject({ meta: { matchingField: 'email' } });
  expect((await control('DELETE', path)).status).toBe(204);
  expect((await control('GET', path)).status).toBe(400);
});

it('issues tokens, changes settings and removes the app', async () => {
  const issued = await control('POST', '/tokens', { ownerId: sandbox.locationId });
  const token = textAt(issued.body, 'access_token');
  const settings = { settings: { allowDuplicateContact: true } };
  expect((await control('PATCH', `/locations/${sandbox.locationId}`, settings)).status).toBe(204);
  const path = `/locations/${sandbox.locationId}`;
  expect((await sandbox.call('GET', path, { token })).body).toMatchObject({ location: settings });
  expect((await control('DELETE', `/installations/${sandbox.locationId}`)).body).toBe(true);
  expect((await sandbox.call('GET', path, { token })).status).toBe(401);
});
