import { jest } from '@jest/globals';
import type { Connection, Run } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(120_000);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- records and answers as a test reads them
type Loose = any;

let platform: TestPlatform;
let clio: Connection;
let ghl: Connection;
let contactId: number;
let ghlId: string;

beforeAll(async () => {
  platform = await startTestPlatform({
    amqpUrl: null,
    only: ['audit-log', 'auth', 'mapping', 'ghl-sync', 'clio-sync', 'gateway'],
    sandbox: { ghl: { size: { contacts: 3, opportunities: 1 }, switches: { indexDelayMs: 0 } } },
  });
  ghl = await platform.demo.connect('ghl');
  clio = await platform.demo.connect('clio');
  await platform.demo.pair(clio, ghl);
  await finishedRun(platform);
  contactId = inClio().idAt('contacts', 0);
  inClio().edit('contacts', contactId, { type: 'Person', first_name: 'Ada', last_name: 'Quill', name: 'Ada Quill' });
  await read(clio);
  ghlId = await eventually(async () => {
    const found = await platform.demo.entities('contact');
    const ours = found.find(({ title }) => title === 'Ada Quill');
    return ours?.links.find(({ provider }) => provider === 'ghl')?.recordId ?? null;
  });
  // It may be linked since it was first written: an edit there before the new name has come would be written over.
  await eventually(() => expect(inGhl()).toMatchObject({ firstName: 'Ada', lastName: 'Quill' }), { timeoutMs: 20_000 });
});
afterAll(() => platform?.stop());

const inClio = () => platform.sandbox.control.clio;
const inGhl = (): Loose =>
  platform.sandbox.control.ghl.contacts(ghl.accountId).find((contact: Loose) => contact.id === ghlId);
const writes = (provider: 'clio' | 'ghl', method: string) =>
  platform.sandbox.control.requests
    .recent()
    .filter((request) => request.provider === provider && request.method === method && /contacts/.test(request.path));

async function api<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const { addresses, startupToken } = platform.settings;
  const response = await fetch(`${addresses.gatewayUrl}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${startupToken}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** The contacts of an account that have changed, once more. */
async function read({ connectionId }: Connection): Promise<void> {
  const wish = { mode: 'incremental', resources: ['contacts'] };
  const { runId } = await api<{ runId: string }>('POST', `/connections/${connectionId}/runs`, wish);
  await eventually(async () => ((await api<Run>('GET', `/runs/${runId}`)).finishedAt === null ? null : true), {
    timeoutMs: 60_000,
  });
}

it('a change in GoHighLevel reaches Clio once, and a change in Clio reaches GoHighLevel once; the echoes stop there', async () => {
  const [patches, puts] = [writes('clio', 'PATCH').length, writes('ghl', 'PUT').length];
  platform.sandbox.control.ghl.updateContact(ghlId, { lastName: 'Quillon' });
  await read(ghl);
  await eventually(() => expect((inClio().record('contacts', contactId) as Loose).last_name).toBe('Quillon'), {
    timeoutMs: 20_000,
  });
  await read(clio);
  inClio().edit('contacts', contactId, { first_name: 'Adele' });
  await read(clio);
  await eventually(() => expect(inGhl()).toMatchObject({ firstName: 'Adele', lastName: 'Quillon' }), {
    timeoutMs: 20_000,
  });
  await read(ghl);
  await read(clio);
  expect([writes('clio', 'PATCH').length - patches, writes('ghl', 'PUT').length - puts]).toEqual([1, 1]);
  expect(await api('GET', '/conflicts')).toMatchObject({ open: 0 });
});

it('does not write over what was changed in GoHighLevel and not read yet: that is a conflict', async () => {
  await read(ghl);
  platform.sandbox.control.ghl.updateContact(ghlId, { email: 'ada@elsewhere.example' });
  const address = 'ada@chambers.example';
  const email_addresses = [{ id: 91, name: 'Work', address, default_email: true, primary: true }];
  inClio().edit('contacts', contactId, { email_addresses, primary_email_address: address });
  await read(clio);
  const { conflicts } = await eventually(async () => {
    const answer = await api<Loose>('GET', '/conflicts');
    return answer.open === 1 ? answer : null;
  });
  expect(conflicts[0]).toMatchObject({
    ...{ field: 'email', clio: { value: address }, ghl: { value: 'ada@elsewhere.example' } },
  });
  expect(inGhl().email).toBe('ada@elsewhere.example');
  await api('POST', '/conflicts/decide', { conflictIds: [conflicts[0].conflictId], take: 'clio' });
  await eventually(() => expect(inGhl().email).toBe(address), { timeoutMs: 20_000 });
});
