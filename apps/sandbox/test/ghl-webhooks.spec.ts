import { createServer, type Server } from 'node:http';
import { createPublicKey, verify } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  ghlContactEventSchema,
  ghlInstallEventSchema,
  ghlOpportunityEventSchema,
  ghlSignatureHeader,
  ghlWebhookSubject,
  readGhlWebhook,
} from '@firmbridge/ghl-api';
import { GhlSandboxUnderTest, listAt, started, textAt } from './ghl-sandbox.js';

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly raw: Buffer;
  readonly body: Record<string, unknown>;
}

let sandbox: GhlSandboxUnderTest;
let receiver: Server;
let url: string;
let received: Received[];
/** What the receiver answers to the nth request; null hangs. */
let answer: (count: number) => number | null;

beforeEach(async () => {
  received = [];
  answer = () => 200;
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      received.push({ path: request.url ?? '', headers: request.headers, raw, body: JSON.parse(raw.toString()) });
      const status = answer(received.length);
      if (status !== null) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  sandbox = await GhlSandboxUnderTest.start({ switches: { webhookRetryBaseMs: 1 } });
  sandbox.control.issueTokens(sandbox.locationId);
  sandbox.control.setWebhookEndpoints({ defaultUrl: `${url}/all` });
});
afterEach(async () => {
  await sandbox.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

/** The types received once nothing is under way any more, in no particular order. */
async function types(): Promise<unknown[]> {
  await sandbox.control.webhooksIdle();
  return received.map(({ body }) => body['type']).sort();
}

const createContact = () =>
  sandbox.control.createContact(sandbox.locationId, { firstName: 'Ann', email: 'ann@example.com' });
const forget = async () => {
  await sandbox.control.webhooksIdle();
  received.length = 0;
};

describe('a delivery', () => {
  it('is signed over its exact bytes with the key that the control names', async () => {
    createContact();
    await sandbox.control.webhooksIdle();
    const key = createPublicKey({
      key: Buffer.from(sandbox.control.facts().webhookPublicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    for (const { raw, headers } of received) {
      const signature = Buffer.from(String(headers[ghlSignatureHeader]), 'base64');
      expect(signature).toHaveLength(64);
      expect(verify(null, raw, key, signature)).toBe(true);
      expect(verify(null, Buffer.concat([raw, Buffer.from(' ')]), key, signature)).toBe(false);
    }
    expect(received).toHaveLength(2);
  });

  it('is flat, names app, tenant and itself, and leaves out what is empty', async () => {
    const id = createContact()['id'];
    await sandbox.control.webhooksIdle();
    const { body } = received[0] ?? { body: {} };
    expect(ghlContactEventSchema.parse(body)).toMatchObject({
      id,
      locationId: sandbox.locationId,
      appId: sandbox.control.facts().appId,
      versionId: sandbox.control.facts().versionId,
      timestamp: started.toISOString(),
      webhookId: expect.any(String),
      email: 'ann@example.com',
    });
    for (const absent of ['phone', 'dateUpdated', 'lastUpdatedBy', 'data']) expect(body).not.toHaveProperty(absent);
    expect(new Set(received.map((one) => one.body['webhookId'])).size).toBe(2);
  });

  it('is nested as switched, and reads the same', async () => {
    sandbox.control.setSwitches({ webhookPayload: 'nested' });
    const id = textAt(createContact(), 'id');
    await sandbox.control.webhooksIdle();
    expect(received[0]?.body).toHaveProperty('data');
    expect(ghlWebhookSubject(readGhlWebhook(received[0]?.body))).toMatchObject({ of: 'contacts', id });
  });

  it('carries a delivery id as switched', async () => {
    sandbox.control.setSwitches({ webhookDeliveryId: true });
    createContact();
    await sandbox.control.webhooksIdle();
    expect(received[0]?.headers['deliveryid']).toEqual(expect.any(String));
  });

  it('goes to the address of its event where there is one, except installations', async () => {
    sandbox.control.setWebhookEndpoints({
      defaultUrl: `${url}/all`,
      byEvent: { ContactCreate: `${url}/created`, INSTALL: `${url}/never` },
    });
    createContact();
    sandbox.control.issueTokens(sandbox.locationId);
    await sandbox.control.webhooksIdle();
    expect(received.map(({ path, body }) => `${path} ${String(body['type'])}`).sort()).toEqual([
      '/all ContactUpdate',
      '/all INSTALL',
      '/created ContactCreate',
    ]);
  });
});

describe('the fan-out', () => {
  it('tells a create twice and a delete, misleadingly, as an update too', async () => {
    const id = textAt(createContact(), 'id');
    expect(await types()).toEqual(['ContactCreate', 'ContactUpdate']);
    await forget();
    sandbox.control.deleteContact(id);
    expect(await types()).toEqual(['ContactDelete', 'ContactUpdate']);
  });

  it('names tags and do-not-disturb apart', async () => {
    const id = textAt(createContact(), 'id');
    await forget();
    sandbox.control.updateContact(id, { tags: ['vip'] });
    sandbox.control.updateContact(id, { dnd: true, dndSettings: { SMS: { status: 'active' } } });
    expect(await types()).toEqual(['ContactDndUpdate', 'ContactTagUpdate', 'ContactUpdate', 'ContactUpdate']);
    const dnd = received.find(({ body }) => body['type'] === 'ContactDndUpdate');
    expect(dnd?.body['dndSettings']).toEqual({ SMS: { status: 'active' } });
  });

  it('says nothing of inbound do-not-disturb', async () => {
    const id = textAt(createContact(), 'id');
    await forget();
    sandbox.control.updateContact(id, { inboundDndSettings: { all: { status: 'active' } } });
    expect(await types()).toEqual([]);
  });

  it.each([
    [true, ['ContactUpdate']],
    [false, []],
  ])('tells a change of custom fields alone or not: %s', async (customFieldEditsNotify, expected) => {
    sandbox.control.setSwitches({ customFieldEditsNotify });
    const id = textAt(createContact(), 'id');
    await forget();
    sandbox.control.updateContact(id, { customFields: [{ key: 'intake_notes', field_value: 'x' }] });
    expect(await types()).toEqual(expected);
  });

  it('tells stage, status, value and assignee of an opportunity each in its own event beside the update', async () => {
    const contactId = textAt(createContact(), 'id');
    const { body } = await sandbox.call('GET', `/opportunities/pipelines?locationId=${sandbox.locationId}`);
    const [pipeline] = listAt(body, 'pipelines');
    const pipelineId = textAt(pipeline, 'id');
    const write = { contactId, pipelineId, name: 'Lee', status: 'open' } as const;
    const id = textAt(sandbox.control.createOpportunity(sandbox.locationId, write), 'id');
    await forget();
    const pipelineStageId = textAt(pipeline, 'stages', 1, 'id');
    sandbox.control.updateOpportunity(id, { pipelineStageId, status: 'won', monetaryValue: 5, assignedTo: 'someone' });
    expect(await types()).toEqual([
      'OpportunityAssignedToUpdate',
      'OpportunityMonetaryValueUpdate',
      'OpportunityStageUpdate',
      'OpportunityStatusUpdate',
      'OpportunityUpdate',
    ]);
    const event = ghlOpportunityEventSchema.parse(received[0]?.body);
    expect(event).toMatchObject({ id, contactId, pipelineId, pipelineStageId, status: 'won', monetaryValue: 5 });
    expect(event).not.toHaveProperty('customFields');
    await forget();
    sandbox.control.deleteOpportunity(id);
    expect(await types()).toEqual(['OpportunityDelete', 'OpportunityUpdate']);
  });

  it.each([true, false])('names the contact of a new task or not: %s', async (taskCreateIsComplete) => {
    sandbox.control.setSwitches({ taskCreateIsComplete });
    const path = `/contacts/${textAt(createContact(), 'id')}`;
    await forget();
    const task = { title: 'Call', dueDate: '2026-03-02T09:00:00Z', completed: false };
    const created = await sandbox.call('POST', `${path}/tasks`, { body: task });
    await sandbox.call('PUT', `${path}/tasks/${textAt(created.body, 'task', 'id')}`, { body: { title: 'Call back' } });
    await sandbox.call('PUT', `${path}/tasks/${textAt(created.body, 'task', 'id')}/completed`, {
      body: { completed: true },
    });
    await sandbox.call('POST', `${path}/notes`, { body: { body: 'Called', title: 'Phone' } });
    expect(await types()).toEqual(['NoteCreate', 'TaskComplete', 'TaskCreate']);
    const byType = (type: string) => received.find(({ body }) => body['type'] === type)?.body ?? {};
    expect('contactId' in byType('TaskCreate')).toBe(taskCreateIsComplete);
    expect(byType('NoteCreate')).not.toHaveProperty('title');
  });
});

describe('who hears of what', () => {
  it.each([
    [true, ['ContactCreate', 'ContactUpdate']],
    [false, []],
  ])('echoes our own writes or not: %s', async (echoesOwnWrites, expected) => {
    sandbox.control.setSwitches({ echoesOwnWrites });
    await sandbox.call('POST', '/contacts/', { body: { locationId: sandbox.locationId, email: 'own@example.com' } });
    expect(await types()).toEqual(expected);
  });

  it('tells nothing of a location where the app is not installed', async () => {
    const other = sandbox.control.addLocation();
    sandbox.control.createContact(other.id, { email: 'other@example.com' });
    expect(await types()).toEqual([]);
  });

  it('tells an agency of all its locations', async () => {
    const other = sandbox.control.addLocation();
    sandbox.control.issueTokens(sandbox.control.facts().companyId);
    await forget();
    sandbox.control.createContact(other.id, { email: 'other@example.com' });
    expect(await types()).toEqual(['ContactCreate', 'ContactUpdate']);
  });

  it('tells installation and removal, then nothing more', async () => {
    sandbox.control.issueTokens(sandbox.locationId);
    sandbox.control.uninstall(sandbox.locationId);
    createContact();
    expect(await types()).toEqual(['INSTALL', 'UNINSTALL']);
    for (const { body } of received) {
      expect(ghlInstallEventSchema.parse(body)).toMatchObject({ locationId: sandbox.locationId });
    }
  });
});

describe('failure', () => {
  it('is retried with the same payload until it succeeds', async () => {
    answer = (count) => (count <= 4 ? 500 : 200);
    createContact();
    await sandbox.control.webhooksIdle();
    expect(received.length).toBe(6);
    expect(new Set(received.map(({ raw }) => raw.toString())).size).toBe(2);
    expect(sandbox.control.webhookDeliveries().map(({ status }) => status)).toEqual(['delivered', 'delivered']);
  });

  it('gives up after twelve retries and can be sent again by hand', async () => {
    answer = () => 503;
    createContact();
    await sandbox.control.webhooksIdle();
    expect(received).toHaveLength(2 * 13);
    const [delivery] = sandbox.control.webhookDeliveries();
    expect(delivery).toMatchObject({ status: 'failed', attempts: 13, lastStatus: 503 });
    answer = () => 200;
    sandbox.control.resendWebhook(delivery?.webhookId ?? '');
    await sandbox.control.webhooksIdle();
    expect(delivery?.status).toBe('delivered');
  });

  it('is retried six times and only for a 429, as switched', async () => {
    sandbox.control.setSwitches({ webhookRetries: 'only-429' });
    answer = () => 503;
    createContact();
    await sandbox.control.webhooksIdle();
    expect(received).toHaveLength(2);
    answer = () => 429;
    await forget();
    sandbox.control.deleteContact(textAt(sandbox.control.contacts(sandbox.locationId).at(-1), 'id'));
    await sandbox.control.webhooksIdle();
    expect(received).toHaveLength(2 * 7);
  });

  it('is a receiver that answers too late', async () => {
    sandbox.control.setSwitches({ webhookTimeoutMs: 50 });
    answer = (count) => (count === 1 ? null : 200);
    createContact();
    await sandbox.control.webhooksIdle();
    expect(received).toHaveLength(3);
  });

  it('renews the timestamp of a retry as switched', async () => {
    sandbox.control.setSwitches({ webhookTimestampRenewed: true });
    answer = (count) => {
      sandbox.clock.advance(1000);
      return count <= 2 ? 500 : 200;
    };
    createContact();
    await sandbox.control.webhooksIdle();
    expect(new Set(received.map(({ body }) => body['timestamp'])).size).toBeGreaterThan(1);
  });
});

describe('bad luck', () => {
  it('delivers twice under the same id', async () => {
    sandbox.control.setSwitches({ webhookDuplicates: 1 });
    createContact();
    await sandbox.control.webhooksIdle();
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ body }) => body['webhookId'])).size).toBe(2);
  });

  it('loses events, and says so in the log only', async () => {
    sandbox.control.setSwitches({ webhookLoss: 1 });
    createContact();
    await sandbox.control.webhooksIdle();
    expect(received).toEqual([]);
    expect(sandbox.control.webhookDeliveries().map(({ status }) => status)).toEqual(['lost', 'lost']);
  });

  it('holds events back behind later ones', async () => {
    sandbox.control.setSwitches({ webhookReordering: 1, webhookReorderMs: 80 });
    const id = textAt(createContact(), 'id');
    sandbox.control.setSwitches({ webhookReordering: 0 });
    sandbox.control.deleteContact(id);
    await sandbox.control.webhooksIdle();
    const order = received.map(({ body }) => body['type']);
    expect(order.indexOf('ContactDelete')).toBeLessThan(order.indexOf('ContactCreate'));
  });

  it('sends nothing after a reset', async () => {
    sandbox.control.setSwitches({ webhookDelayMs: 50 });
    createContact();
    sandbox.reset();
    await sandbox.control.webhooksIdle();
    expect(received).toEqual([]);
  });
});
