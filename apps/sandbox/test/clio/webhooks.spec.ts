import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClioCaller, type Loose } from './clio-caller.js';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Loose;
}

/** A place for webhooks that keeps what it was sent and answers as told. */
class Receiver {
  readonly deliveries: Received[] = [];
  readonly handshakes: Received[] = [];
  status = 200;
  isShakingHands = true;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        const secret = request.headers['x-hook-secret'];
        const received = { headers: request.headers, text, body: JSON.parse(text) };
        (secret === undefined ? this.deliveries : this.handshakes).push(received);
        if (secret !== undefined && this.isShakingHands) response.setHeader('X-Hook-Secret', secret);
        response.writeHead(secret === undefined ? this.status : 200).end();
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

let clio: ClioCaller;
let receiver: Receiver;
let url: string;
beforeEach(async () => {
  receiver = new Receiver();
  url = await receiver.listen();
  clio = await ClioCaller.start({ matters: 10 });
  clio.control.setDeliveryBehaviour({ retryDelaysMs: [5, 5] });
});
afterEach(async () => {
  await clio.stop();
  receiver.close();
});

const matterEvents = ['created', 'updated', 'deleted'];
const create = (data: Loose = {}) =>
  clio.ask('/webhooks.json?fields=id,status,shared_secret,expires_at,events', {
    method: 'POST',
    data: { url, model: 'matter', fields: 'id,etag,updated_at', events: matterEvents, ...data },
  });

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not happen within five seconds.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const statusOf = async (id: number) => (await clio.ask(`/webhooks/${id}.json?fields=status`)).body.data?.status;

async function anEnabledWebhook(data: Loose = {}): Promise<{ id: number; shared_secret: string }> {
  const webhook = (await create(data)).body.data;
  await until(async () => (await statusOf(webhook.id)) === 'enabled');
  return webhook;
}

const matter = (n = 0) => clio.control.idAt('matters', n);
const edit = (values: Loose, n = 0) => clio.control.edit('matters', matter(n), values);

describe('subscribing', () => {
  it('is proved by a handshake that carries the id and the secret', async () => {
    const { id, shared_secret } = await anEnabledWebhook();
    expect(receiver.handshakes).toHaveLength(1);
    expect(receiver.handshakes[0]?.headers['x-hook-secret']).toBe(shared_secret);
    expect(receiver.handshakes[0]?.body).toEqual({ data: { webhook_id: id } });
  });

  it('stays pending without the echo, until the secret is brought back', async () => {
    receiver.isShakingHands = false;
    const { id, status, shared_secret } = (await create()).body.data;
    expect(status).toBe('pending');
    await until(() => receiver.handshakes.length === 1);
    const activate = (secret: string) =>
      clio.ask(`/webhooks/${id}/activate`, { method: 'PUT', headers: { 'X-Hook-Secret': secret } });
    expect((await activate('guess')).status).toBe(422);
    expect(await statusOf(id)).toBe('pending');
    expect((await activate(shared_secret)).status).toBe(200);
    expect(await statusOf(id)).toBe('enabled');
  });

  it('lasts three days unless said otherwise, and 31 at most; a patch renews it', async () => {
    const { id, expires_at } = (await create()).body.data;
    const inDays = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
    expect(Math.abs(Date.parse(expires_at) - Date.parse(inDays(3)))).toBeLessThan(60_000);
    expect((await create({ expires_at: inDays(32) })).status).toBe(422);
    const patched = await clio.ask(`/webhooks/${id}.json?fields=expires_at`, {
      method: 'PATCH',
      data: { expires_at: inDays(28) },
    });
    expect(Date.parse(patched.body.data.expires_at)).toBeGreaterThan(Date.parse(inDays(27)));
    clio.sandbox.control.clock.advance(29 * 86_400_000);
    expect((await clio.ask('/webhooks.json')).body.data).toEqual([]);
  });

  it.each([
    [
      'another model',
      { model: 'CalendarEntry' },
      "An invalid argument was supplied: 'CalendarEntry' is not a valid model",
    ],
    ['http on the internet', { url: 'http://hooks.example.test/' }, expect.stringContaining('https')],
    ['an event of another model', { model: 'contact', events: ['matter_closed'] }, expect.stringContaining('event')],
    ['no fields', { fields: undefined }, expect.stringContaining('fields')],
    ['too many fields', { fields: Array(400).fill('etag').join(',') }, expect.stringContaining('1000')],
  ])('is refused with 422 for %s', async (_case, data, message) => {
    const { status, body } = await create(data);
    expect(status).toBe(422);
    expect(body.error).toEqual({ type: 'ArgumentError', message });
  });

  it('refuses http even on loopback when the switch says so', async () => {
    clio.control.setSwitches({ allowHttpOnLoopback: false });
    expect((await create()).status).toBe(422);
  });

  it.each([
    ['all', ['created', 'updated', 'deleted', 'matter_opened', 'matter_pended', 'matter_closed']],
    ['none', []],
  ] as const)('without events hears %s when the switch says so', async (webhookWithoutEvents, events) => {
    clio.control.setSwitches({ webhookWithoutEvents });
    expect((await create({ events: undefined })).body.data.events).toEqual(events);
  });

  it('takes the number of a model for its name, ends with DELETE and is listed to its own user only', async () => {
    const { id } = (await create({ model: 1 })).body.data;
    const other = clio.control.issueTokens({}, 1).accessToken;
    expect((await clio.ask('/webhooks.json', { token: other })).body.data).toEqual([]);
    expect((await clio.ask('/webhooks.json')).body.data).toHaveLength(1);
    expect((await clio.ask(`/webhooks/${id}.json`, { method: 'DELETE' })).status).toBe(204);
    expect((await clio.ask('/webhooks.json')).body.data).toEqual([]);
  });
});

describe('delivering', () => {
  it('sends the requested fields and nothing that would identify the delivery', async () => {
    const { id } = await anEnabledWebhook({ fields: 'id,status' });
    edit({ status: 'Pending' });
    await until(() => receiver.deliveries.length === 1);
    expect(receiver.deliveries[0]?.body).toEqual({
      data: { id: matter(), status: 'Pending' },
      meta: { event: 'updated', webhook_id: id },
    });
  });

  it.each(['hex', 'base64'] as const)('signs the raw body with the secret, in %s', async (webhookSignatureEncoding) => {
    clio.control.setSwitches({ webhookSignatureEncoding });
    const { shared_secret } = await anEnabledWebhook();
    edit({ description: 'Ünïcode' });
    await until(() => receiver.deliveries.length === 1);
    const [{ headers, text }] = receiver.deliveries as [Received];
    const expected = createHmac('sha256', shared_secret).update(text).digest(webhookSignatureEncoding);
    expect(headers['x-hook-signature']).toBe(expected);
  });

  it('tells creations, deletions and the life of a matter, also of writes through the API', async () => {
    await anEnabledWebhook({ events: [...matterEvents, 'matter_opened', 'matter_closed'], fields: 'id,status' });
    const client = { id: clio.control.idAt('contacts', 0) };
    const created = await clio.ask('/matters.json', { method: 'POST', data: { client, description: 'New' } });
    const path = `/matters/${created.body.data.id}.json`;
    await clio.ask(path, { method: 'PATCH', data: { status: 'closed' } });
    await clio.ask(path, { method: 'DELETE' });
    await until(() => receiver.deliveries.length === 4);
    expect(receiver.deliveries.map(({ body }) => body.meta.event).sort()).toEqual([
      'created',
      'deleted',
      'matter_closed',
      'updated',
    ]);
  });

  it('watches its fields, except for the first change of a record', async () => {
    await anEnabledWebhook({ fields: 'id,description' });
    edit({ location: 'Room 1' });
    edit({ location: 'Room 2' });
    edit({ description: 'Watched' });
    await clio.control.deliveriesSettled();
    expect(receiver.deliveries).toHaveLength(2);
  });

  it.each([true, false])(
    'hears every update by watching updated_at when the switch says %s',
    async (updatedAtIsWatchable) => {
      clio.control.setSwitches({ updatedAtIsWatchable });
      await anEnabledWebhook({ fields: 'id,updated_at' });
      edit({ location: 'Room 1' });
      edit({ location: 'Room 2' });
      await clio.control.deliveriesSettled();
      expect(receiver.deliveries).toHaveLength(updatedAtIsWatchable ? 2 : 1);
    },
  );

  it('says nothing of other models, other events and records that the user may not see', async () => {
    await anEnabledWebhook({ events: ['created'] });
    edit({ description: 'x' });
    clio.control.edit('contacts', clio.control.idAt('contacts', 0), { title: 'x' });
    await clio.control.deliveriesSettled();
    expect(receiver.deliveries).toEqual([]);
  });

  it('comes more than once, late or never on request', async () => {
    await anEnabledWebhook();
    clio.control.setDeliveryBehaviour({ copies: 2, delayMs: 30 });
    edit({ description: 'twice' });
    expect(receiver.deliveries).toHaveLength(0);
    await clio.control.deliveriesSettled();
    expect(receiver.deliveries).toHaveLength(2);
    clio.control.setDeliveryBehaviour({ isLost: true });
    edit({ description: 'never' });
    await clio.control.deliveriesSettled();
    expect(receiver.deliveries).toHaveLength(2);
  });

  it('tries again until it is heard', async () => {
    await anEnabledWebhook();
    receiver.status = 500;
    edit({ description: 'hard of hearing' });
    await until(() => receiver.deliveries.length === 1);
    receiver.status = 302;
    await clio.control.deliveriesSettled();
    expect(clio.control.deliveries().at(-1)).toMatchObject({ attempts: 2, status: 302, isDelivered: true });
  });

  it('is suspended after failing again and again; a new address with a new handshake leads out', async () => {
    const { id, shared_secret } = await anEnabledWebhook();
    receiver.status = 500;
    for (const description of ['one', 'two', 'three']) {
      edit({ description });
      await clio.control.deliveriesSettled();
    }
    expect(await statusOf(id)).toBe('suspended');
    edit({ description: 'unheard' });
    await clio.control.deliveriesSettled();
    expect(receiver.deliveries).toHaveLength(9);
    await clio.ask(`/webhooks/${id}.json`, { method: 'PATCH', data: { url: `${url}/new` } });
    await until(async () => (await statusOf(id)) === 'enabled');
    expect(receiver.handshakes.at(-1)?.headers['x-hook-secret']).not.toBe(shared_secret);
  });

  it('stops for good at a 410', async () => {
    const { id } = await anEnabledWebhook();
    receiver.status = 410;
    edit({ description: 'no more' });
    await clio.control.deliveriesSettled();
    expect(await statusOf(id)).toBe('suspended');
    expect(receiver.deliveries).toHaveLength(1);
  });
});
