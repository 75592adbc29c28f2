import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { FaultRuleInput } from '@firmbridge/sandbox';
import { eventually } from '@firmbridge/testing';
import { tapEntityEvents } from './event-tap.js';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(120_000);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of the API as a test reads them
type Loose = any;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

let platform: TestPlatform;
let tap: Awaited<ReturnType<typeof tapEntityEvents>>;
let connectionId: string;

beforeAll(async () => {
  platform = await startTestPlatform({ amqpUrl: null, only: ['auth', 'mapping', 'clio-sync', 'gateway'] });
  tap = await tapEntityEvents(platform);
  connectionId = (await platform.demo.connect('clio')).connectionId;
  await finishedRun(platform);
});
afterEach(() => platform.sandbox.control.faults.clear());
afterAll(async () => {
  await tap?.close();
  await platform?.stop();
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { addresses, startupToken } = platform.settings;
  const response = await fetch(`${addresses.gatewayUrl}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${startupToken}`, 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const clio = () => platform.sandbox.control.clio;
const matter = (index: number) => `/clio/matters/${clio().idAt('matters', index)}`;
const inClio = (index: number): Loose => clio().record('matters', clio().idAt('matters', index));
const fault = (rule: FaultRuleInput) => platform.sandbox.control.faults.add({ provider: 'clio', ...rule });
const calls = (method: string) =>
  platform.sandbox.control.requests
    .recent()
    .filter((request) => request.provider === 'clio' && request.method === method);
const ended = (operation: string) =>
  eventually(
    async () => {
      const { body } = await ask('GET', operation.replace('/api/v1', ''));
      return body.finishedAt === null ? null : body;
    },
    { timeoutMs: 20_000 },
  );

describe('a matter', () => {
  it('is shown as Clio has it, changed, and told to everybody at once and only once', async () => {
    const before = tap.events.length;
    const shown = await ask('GET', matter(0));
    expect(shown).toMatchObject({ status: 200, body: { connectionId, resource: 'matters' } });
    expect(shown.headers.get('etag')).toBe(shown.body.etag);
    const description = 'Changed by a person';
    const changed = await ask('PATCH', matter(0), { description }, { 'If-Match': shown.body.etag });
    expect(changed).toMatchObject({ status: 200, body: { record: { description } } });
    expect(changed.headers.get('etag')).not.toBe(shown.body.etag);
    expect(inClio(0).description).toBe(description);
    const [event] = await eventually(() => (tap.events.length > before ? tap.events.slice(before) : null));
    expect(event).toMatchObject({
      type: 'firmbridge.entity.matter.updated.v1',
      actor: { kind: 'key', id: 'startup-token' },
      data: { cause: 'manual', changes: [expect.objectContaining({ field: 'description', after: description })] },
    });
    await finishedRun(platform, await platform.demo.startRun(connectionId));
    expect(tap.events.slice(before)).toHaveLength(1);
  });

  it('is not changed by whoever knows an older one, and hears what has changed since', async () => {
    const shown = await ask('GET', matter(1));
    const was = inClio(1).location ?? null;
    clio().edit('matters', clio().idAt('matters', 1), { location: 'Room 9', description: 'Edited in Clio' });
    const stale = await ask('PATCH', matter(1), { location: 'Room 1' }, { 'If-Match': shown.body.etag });
    expect(stale).toMatchObject({
      status: 412,
      body: {
        code: 'clio.precondition_failed',
        details: {
          providerType: 'PreconditionFailedError',
          changed: expect.arrayContaining([{ field: 'location', before: was, after: 'Room 9' }]),
        },
      },
    });
    expect(stale.body.details.changed.map(({ field }: Loose) => field).sort()).toEqual(['description', 'location']);
    expect(stale.body.detail).toContain('location');
    const again = await ask('PATCH', matter(1), { location: 'Room 1' }, { 'If-Match': stale.body.details.etag });
    expect(again.status).toBe(200);
  });

  it('takes no stage of another practice area, and names those that it takes', async () => {
    const area = Number((await ask('GET', matter(2))).body.record.practice_area.id);
    const stages = Array.from({ length: clio().count('matter_stages') }, (_, n): Loose =>
      clio().record('matter_stages', clio().idAt('matter_stages', n)),
    );
    const foreign = stages.find(({ practice_area_id: of }) => Number(of) !== area);
    const own = stages.filter(({ practice_area_id: of }) => Number(of) === area);
    const before = calls('PATCH').length;
    const refused = await ask('PATCH', matter(2), { matter_stage: { id: foreign.id } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'clio.stage_of_another_practice_area' } });
    const [{ field, message, allowed }] = refused.body.errors;
    expect([field, message]).toEqual(['matter_stage', expect.stringContaining(foreign.name)]);
    expect(allowed.map(({ id }: Loose) => id).sort()).toEqual(own.map(({ id }) => id).sort());
    const operation = (await ask('GET', `/operations/${refused.body.details.operationId}`)).body;
    expect(operation.problem.details.errors).toEqual(refused.body.errors);
    expect(calls('PATCH')).toHaveLength(before);
    expect((await ask('PATCH', matter(2), { matter_stage: { id: own[0].id } })).status).toBe(200);
  });

  it('that was changed although the answer was lost is not changed again', async () => {
    fault({ method: 'PATCH', times: 1, afterEffect: true, fault: { kind: 'reset-connection' } });
    const before = calls('PATCH').length;
    const answer = await ask('PATCH', matter(3), { description: 'Once' });
    expect(answer).toMatchObject({ status: 200, body: { record: { description: 'Once' } } });
    expect(calls('PATCH')).toHaveLength(before + 1);
  });

  it('that was not changed is changed by the second attempt', async () => {
    fault({ method: 'PATCH', times: 1, fault: { kind: 'reset-connection' } });
    expect(await ask('PATCH', matter(3), { description: 'Twice' })).toMatchObject({ status: 200 });
    expect(inClio(3).description).toBe('Twice');
  });
});

describe('what is wrong for certain is refused, field by field, before Clio is asked:', () => {
  const unknown = (field: string) => ({ field, message: 'There is no such field.' });
  const one = (field: string, allowed: unknown[]) => ({ field, message: expect.any(String), allowed });
  const types = ['TimeEntry', 'ExpenseEntry', 'HardCostEntry', 'SoftCostEntry'];
  const statuses = ['open', 'pending', 'closed'];

  it.each([
    ['PATCH', 'matters/1', { status: 'string', state: 'open' }, [one('status', statuses), unknown('state')]],
    [
      'PATCH',
      'matters/1',
      { responsible_attorney: { id: null } },
      [{ field: 'responsible_attorney.id', message: expect.stringContaining('number') }],
    ],
    ['PATCH', 'matters/1', {}, [{ field: '', message: 'names nothing to change' }]],
    [
      'PATCH',
      'contacts/1',
      { email_addresses: [{ address: 'a@firm.example' }, { name: 'Beach', mail: 'x' }] },
      [one('email_addresses[1].name', ['Work', 'Home', 'Other']), unknown('email_addresses[1].mail')],
    ],
    ['POST', 'contacts', { type: 'Robot', name: 'Ida' }, [one('type', ['Person', 'Company'])]],
    ['POST', 'activities', { type: 'Lunch', date: '2026-06-01' }, [one('type', types)]],
    ['PATCH', 'activities/1', { hours: 2, note: 'Call' }, [unknown('hours')]],
  ])('%s %s with %j', async (method, path, changes, errors) => {
    const before = calls(method).length;
    const refused = await ask(method, `/clio/${path}`, changes);
    expect(refused).toMatchObject({ status: 400, body: { code: 'http.validation' } });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body.errors).toHaveLength(errors.length);
    expect(refused.body.errors).toEqual(expect.arrayContaining(errors));
    for (const { field } of errors) expect(refused.body.detail).toContain(field);
    expect(calls(method)).toHaveLength(before);
  });
});

describe('a refusal of Clio', () => {
  const refusal = (status: number, type: string, message: string, headers = {}) =>
    ({
      kind: 'status',
      status,
      body: { error: { type, message } },
      headers: { 'X-Request-Id': 'req-7', ...headers },
    }) as const;

  it('names the permission that is missing', async () => {
    clio().setSwitches({ forbiddenCollections: ['matters'] });
    const refused = await ask('PATCH', matter(0), { location: 'x' });
    clio().setSwitches({ forbiddenCollections: [] });
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'clio.forbidden', details: { providerType: 'ForbiddenError', permissions: ['Matters'] } },
    });
    expect(refused.body.detail).toMatch(/Set the permission "Matters" to Write/);
  });

  it('names the fields it is about, with its own words and request id', async () => {
    fault({ method: 'PATCH', fault: refusal(422, 'ArgumentError', 'Close date must be after open date') });
    const refused = await ask('PATCH', matter(0), { close_date: '2001-01-01', location: 'x' });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'clio.validation',
        details: {
          fields: ['close_date'],
          providerType: 'ArgumentError',
          providerMessage: 'Close date must be after open date',
          requestId: 'req-7',
        },
      },
    });
  });

  it('of a record that is gone is a 404, also when it is looked at', async () => {
    expect(await ask('PATCH', '/clio/matters/999', { location: 'x' })).toMatchObject({ status: 404 });
    expect(await ask('GET', '/clio/matters/999')).toMatchObject({ status: 404, body: { code: 'clio.not_found' } });
  });

  it('for too many calls says how long to wait, and nothing is written later', async () => {
    fault({ method: 'PATCH', times: 1, fault: refusal(429, 'RateLimited', 'Too many', { 'Retry-After': '2' }) });
    const refused = await ask('PATCH', matter(4), { location: 'Later' }, { Prefer: 'wait=1' });
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'clio.rate_limited', details: { requestId: 'req-7' } },
    });
    expect(refused.headers.get('retry-after')).toBe('2');
    const operation = (await ask('GET', `/operations/${refused.body.details.operationId}`)).body;
    expect(operation).toMatchObject({ state: 'refused', attempts: 1 });
  });

  it('for being unavailable goes back to whoever waits', async () => {
    fault({ method: 'PATCH', fault: refusal(503, 'Unavailable', 'Maintenance', { 'Retry-After': '60' }) });
    const refused = await ask('PATCH', matter(0), { location: 'Never' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'clio.unavailable', details: { requestId: 'req-7' } } });
    expect(refused.headers.get('retry-after')).toBe('60');
    platform.sandbox.control.faults.clear();
    expect(inClio(0).location).not.toBe('Never');
  });
});

describe('a contact', () => {
  const person = (name: string) => ({
    type: 'Person',
    first_name: name,
    last_name: 'Writer',
    email_addresses: [{ name: 'Work', address: `${name.toLowerCase()}@firm.example`, default_email: true }],
  });

  it('is created once for one Idempotency-Key, whose other request is refused', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const before = clio().count('contacts');
    const first = await ask('POST', '/clio/contacts', person('Ida'), headers);
    expect(first).toMatchObject({ status: 201, body: { record: { name: 'Ida Writer' } } });
    expect(first.headers.get('location')).toContain(`/api/v1/clio/contacts/${first.body.recordId}`);
    const second = await ask('POST', '/clio/contacts', person('Ida'), headers);
    expect([second.status, second.body.recordId]).toEqual([201, first.body.recordId]);
    const other = await ask('POST', '/clio/contacts', person('Eve'), headers);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key.reused' } });
    expect(clio().count('contacts')).toBe(before + 1);
  });

  it.each([
    ['the connection was lost', { kind: 'reset-connection' }],
    ['Clio answered 503', { kind: 'status', status: 503 }],
    ['the answer was cut', { kind: 'truncated-body' }],
  ] as const)('that was created although %s is found, not created again', async (_case, how) => {
    const name = `Nova${how.kind.replace(/\W/g, '')}`;
    const before = clio().count('contacts');
    fault({ method: 'POST', path: '*contacts*', times: 1, afterEffect: true, fault: how });
    const answer = await ask('POST', '/clio/contacts', person(name));
    expect(answer).toMatchObject({ status: 201, body: { record: { first_name: name } } });
    expect(clio().count('contacts')).toBe(before + 1);
  });

  it('of which nobody knows is decided by a person: look, and say so, or do it again', async () => {
    fault({ method: 'POST', path: '*contacts*', times: 1, fault: { kind: 'reset-connection' } });
    const lost = await ask('POST', '/clio/contacts', person('Lost'));
    expect(lost).toMatchObject({ status: 502, body: { code: 'clio.unknown_outcome' } });
    const { operationId } = lost.body.details;
    const { operations } = (await ask('GET', '/operations?state=unknown')).body;
    expect(operations.map((each: Loose) => each.operationId)).toContain(operationId);
    const path = `/operations/${operationId}/decision`;
    expect(await ask('POST', path, { decision: 'happened' })).toMatchObject({ status: 422 });
    expect(await ask('POST', path, { decision: 'again' })).toMatchObject({ status: 200 });
    expect(await ended(`/operations/${operationId}`)).toMatchObject({
      state: 'succeeded',
      record: { first_name: 'Lost' },
      decision: { decision: 'again', decidedBy: 'key:startup-token' },
    });
    expect(await ask('POST', path, { decision: 'dismiss' })).toMatchObject({ status: 409 });
  });

  it('is found by name, by the practice area of a matter, and by id', async () => {
    const { client, practice_area: area } = (await ask('GET', matter(0))).body.record;
    const contact: Loose = clio().record('contacts', Number(client.id));
    const byName = await ask('GET', `/clio/contacts?name=${encodeURIComponent(contact.name)}`);
    expect(byName.body.records.map(({ id }: Loose) => id)).toContain(contact.id);
    const byArea = await ask('GET', `/clio/contacts?practiceAreaId=${area.id}`);
    expect(byArea.body.records.map(({ id }: Loose) => id)).toContain(contact.id);
    const byId = await ask('GET', `/clio/contacts/${contact.id}`);
    expect(byId.body.record.name).toBe(contact.name);
    const forged = Buffer.from(`${platform.sandbox.clioOrigin}/api/v4/bank_accounts.json?fields=id`).toString(
      'base64url',
    );
    expect((await ask('GET', `/clio/contacts?cursor=${forged}`)).status).toBe(422);
  });
});

it('creates and changes a time entry, and tells that a billed one is locked', async () => {
  const entry = {
    type: 'TimeEntry',
    date: '2026-06-01',
    quantity: 5400,
    price: 200,
    matter: { id: clio().idAt('matters', 1) },
  };
  const created = await ask('POST', '/clio/activities', entry);
  expect(created).toMatchObject({ status: 201, body: { record: { quantity_in_hours: 1.5 } } });
  const changed = await ask('PATCH', `/clio/activities/${created.body.recordId}`, { note: 'Call' });
  expect(changed).toMatchObject({ status: 200, body: { record: { note: 'Call' } } });
  const listed = await ask('GET', `/clio/activities?matterId=${clio().idAt('matters', 1)}&limit=50`);
  expect(listed.body.records.map(({ id }: Loose) => String(id))).toContain(created.body.recordId);
  const billed = await ask('PATCH', `/clio/activities/${clio().idAt('activities', 0)}`, { note: 'too late' });
  expect(billed).toMatchObject({ status: 422, body: { details: { providerType: 'ArgumentError' } } });
});

it('answers at once whoever asks for it, with an operation to follow', async () => {
  const accepted = await ask('PATCH', matter(1), { location: 'Async' }, { Prefer: 'respond-async' });
  expect(accepted).toMatchObject({ status: 202, body: { resource: 'matters', action: 'update' } });
  expect(await ended(accepted.headers.get('location') ?? '')).toMatchObject({
    state: 'succeeded',
    record: { location: 'Async' },
  });
});
