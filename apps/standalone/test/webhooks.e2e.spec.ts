import { createHmac, randomUUID } from 'node:crypto';
import { clioSync } from '@firmbridge/clio-sync';
import type { Connection } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { startService, type RunningService } from '@firmbridge/service';
import { eventually } from '@firmbridge/testing';
import { demoTenantId, environmentOf } from '../src/environment.js';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

const announced = ['activities', 'bills', 'contacts', 'matters', 'payments'];
let running: TestPlatform;
let storage: Database;
let clio: Connection;

beforeAll(async () => {
  running = await startTestPlatform({
    amqpUrl: null,
    webhooks: true,
    only: ['audit-log', 'auth', 'mapping', 'clio-sync'],
    overrides: { 'clio-sync': { CLIO_WEBHOOK_QUIET_MS: '0', CLIO_WEBHOOK_CHECK_SECONDS: '1' } },
    sandbox: { matters: 3 },
  });
  running.sandbox.control.clio.setDeliveryBehaviour({ retryDelaysMs: [50, 50], suspendAfter: 1 });
  storage = await running.database.connect(clioSync.schema!);
  clio = await running.demo.connect('clio');
  await finishedRun(running);
  await allActive();
}, 60_000);
afterAll(() => running?.stop());

const query = <Row>(sql: string, params: unknown[] = []) =>
  storage.inTenant(demoTenantId, (tx) => tx.query<Row>(sql, params));

interface SubscriptionRow {
  readonly resource: string;
  readonly state: string;
  readonly subscription_id: string;
  readonly webhook_id: string;
  readonly url: string;
  readonly expires_at: string;
}

const living = () =>
  query<SubscriptionRow>(`select * from webhook_subscription where state <> 'deleted' order by resource`);
const allActive = () =>
  eventually(async () => {
    const rows = await living();
    expect(rows.map(({ resource, state }) => ({ resource, state }))).toEqual(
      announced.map((resource) => ({ resource, state: 'active' })),
    );
    return rows;
  });
const subscriptionOf = async (resource: string) => {
  const row = (await living()).find((one) => one.resource === resource);
  if (!row) throw new Error(`no subscription of ${resource}`);
  return row;
};
const descriptionOf = async (id: number) => {
  const [row] = await query<{ description: string }>(
    `select body ->> 'description' as description from record where resource = 'matters' and record_id = $1`,
    [String(id)],
  );
  return row?.description;
};
const aMatter = () => running.sandbox.control.clio.idAt('matters', 0);
const edit = (description: string) => running.sandbox.control.clio.edit('matters', aMatter(), { description });
const counts = async () => {
  const [row] = await query<{ deliveries: number; dirty: number }>(
    'select (select count(*)::int from webhook_delivery) as deliveries, (select count(*)::int from dirty_record) as dirty',
  );
  return row;
};

/** Records that were read by their ids: runs may be going on beside. */
const fetches = () => running.sandbox.control.requests.recent().filter(({ query }) => /ids(\[|%5B)/.test(query));

/** What the sandbox knows of a webhook, its secret included. */
async function secretOf(webhookId: string): Promise<string> {
  const { accessToken } = running.sandbox.control.clio.issueTokens();
  const answer = await fetch(`${running.sandbox.clioOrigin}/api/v4/webhooks/${webhookId}.json?fields=shared_secret`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  const { data } = (await answer.json()) as { data: { shared_secret: string } };
  return data.shared_secret;
}

async function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
  return answer.status;
}

const sign = (secret: string, body: string, encoding: 'hex' | 'base64' = 'hex') => ({
  'X-Hook-Signature': createHmac('sha256', secret).update(body).digest(encoding),
});
const aDelivery = (id: number, etag = randomUUID(), event = 'updated') =>
  JSON.stringify({ data: { id, etag }, meta: { event, webhook_id: 1 } });

it('reads a change as soon as Clio announces it', async () => {
  edit('announced at once');
  await eventually(async () => expect(await descriptionOf(aMatter())).toBe('announced at once'));
  const entities = await eventually(async () => {
    const found = await running.demo.entities('matter');
    expect(found.some(({ state }) => state['description'] === 'announced at once')).toBe(true);
    return found;
  });
  expect(entities.length).toBeGreaterThan(0);
});

it('tells a deletion that Clio announces', async () => {
  const id = running.sandbox.control.clio.idAt('activities', 2);
  running.sandbox.control.clio.remove('activities', id);
  await eventually(async () => {
    const [row] = await query<{ deleted: boolean }>(
      `select deleted_at is not null as deleted from record where resource = 'activities' and record_id = $1`,
      [String(id)],
    );
    expect(row?.deleted).toBe(true);
  });
});

it('seals the secrets', async () => {
  const { webhook_id: webhookId } = await subscriptionOf('matters');
  const [row] = await query<{ secret: string }>('select secret from webhook_subscription where webhook_id = $1', [
    webhookId,
  ]);
  expect(row?.secret).toMatch(/^v1\./);
  expect(row?.secret).not.toContain(await secretOf(webhookId));
});

describe('a delivery', () => {
  it.each(['hex', 'base64'] as const)(
    'is taken once when it is signed in %s, and answered well when it is repeated',
    async (encoding) => {
      const { url, webhook_id: webhookId } = await subscriptionOf('matters');
      const body = aDelivery(aMatter());
      const headers = sign(await secretOf(webhookId), body, encoding);
      const before = await counts();
      expect(await post(url, body, headers)).toBe(200);
      await eventually(async () => expect((await counts())?.dirty).toBe(0));
      running.sandbox.control.requests.clear();
      expect(await post(url, body, headers)).toBe(200);
      expect(await counts()).toEqual({ deliveries: (before?.deliveries ?? 0) + 1, dirty: 0 });
      expect(fetches()).toEqual([]);
    },
  );

  it('that is forged, cut or not signed is refused, and leaves nothing', async () => {
    const { url, webhook_id: webhookId } = await subscriptionOf('matters');
    const body = aDelivery(aMatter());
    const good = sign(await secretOf(webhookId), body);
    const before = await counts();
    running.sandbox.control.requests.clear();
    const statuses = await Promise.all([
      post(url, body),
      post(url, body, sign('another secret', body)),
      post(url, body.slice(0, -5), good),
      post(url, `${body} `, good),
      post(url, body, { 'X-Hook-Signature': good['X-Hook-Signature'].slice(1) }),
      post(url, body, {
        'X-Hook-Signature': 'é'
          .repeat(3)
          .normalize('NFD')
          .replace(/[^\x20-\x7e]/g, 'e'),
      }),
      post(url, Buffer.alloc(0), good),
    ]);
    expect(statuses).toEqual(statuses.map(() => 401));
    expect(await counts()).toEqual(before);
    expect(fetches()).toEqual([]);
  });

  it('to an unknown address finds nobody, and one that is too large is not read', async () => {
    const { url } = await subscriptionOf('matters');
    expect(await post(`${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`, '{}')).toBe(404);
    expect(await post(`${running.settings.addresses.clioSyncUrl}/webhooks/clio/short`, '{}')).toBe(404);
    expect(await post(url, Buffer.alloc(1024 * 1024 + 1))).toBe(413);
  });

  it('is still taken when it was signed with the secret before', async () => {
    const { url, subscription_id: id, webhook_id: webhookId } = await subscriptionOf('bills');
    const before = await secretOf(webhookId);
    await query(
      `update webhook_subscription set previous_secret = secret, previous_until = now() + interval '1 hour',
      secret = null where subscription_id = $1`,
      [id],
    );
    const body = aDelivery(running.sandbox.control.clio.idAt('bills', 0));
    await eventually(async () => expect(await post(url, body, sign(before, body))).toBe(200));
  });

  it('cannot bring a secret of its own', async () => {
    const { url, webhook_id: webhookId } = await subscriptionOf('contacts');
    expect(await post(url, '{}', { 'X-Hook-Secret': 'a foreign secret'.replaceAll(' ', '-') })).toBe(401);
    const body = aDelivery(1);
    expect(await post(url, body, sign('a-foreign-secret', body))).toBe(401);
    const secret = await secretOf(webhookId);
    const again = await fetch(url, { method: 'POST', body: '{}', headers: { 'X-Hook-Secret': secret } });
    expect({ status: again.status, secret: again.headers.get('x-hook-secret') }).toEqual({ status: 200, secret });
  });
});

it('is renewed when half of its life is over', async () => {
  const { subscription_id: id } = await subscriptionOf('activities');
  await query(
    `update webhook_subscription set renew_at = now() - interval '1 s', expires_at = now() + interval '1 h' where subscription_id = $1`,
    [id],
  );
  await eventually(async () => {
    const row = await subscriptionOf('activities');
    expect(row.subscription_id).toBe(id);
    expect(Date.parse(row.expires_at)).toBeGreaterThan(Date.now() + 20 * 86_400_000);
  });
});

it('is created anew after Clio has suspended it, and what was missed meanwhile is caught up with', async () => {
  const { control } = running.sandbox;
  const before = await subscriptionOf('matters');
  await query(`update webhook_subscription set activated_at = now() - interval '2 h'`);
  control.clio.suspendWebhooks();
  edit('nobody is told');
  const after = await eventually(async () => {
    const row = await subscriptionOf('matters');
    expect(row.subscription_id).not.toBe(before.subscription_id);
    expect(row.state).toBe('active');
    return row;
  });
  expect(after.url).not.toBe(before.url);
  await eventually(async () => expect(await descriptionOf(aMatter())).toBe('nobody is told'), { timeoutMs: 20_000 });
  await allActive();
  await eventually(async () => expect(await post(before.url, '{}')).toBe(404));
}, 40_000);

it('keeps what was announced while the connection waits for a person, and reads it afterwards', async () => {
  await query(`update connection set status = 'reauthorization_required' where connection_id = $1`, [
    clio.connectionId,
  ]);
  edit('while it was parked');
  await eventually(async () => expect((await counts())?.dirty).toBe(1));
  expect(await descriptionOf(aMatter())).not.toBe('while it was parked');
  await query(`update connection set status = 'active' where connection_id = $1`, [clio.connectionId]);
  await eventually(async () => expect(await descriptionOf(aMatter())).toBe('while it was parked'));
});

describe('two replicas', () => {
  let second: RunningService;
  beforeAll(async () => {
    const env = { ...environmentOf('clio-sync', running.settings), PORT: '0' };
    second = await startService(clioSync, { connect: running.connect, env, logTo: { write: () => undefined } });
  });
  afterAll(() => second?.stop());

  it('take the same delivery once, and create no second subscription', async () => {
    const { url, webhook_id: webhookId } = await subscriptionOf('matters');
    const other = `${second.url}${new URL(url).pathname}`;
    const body = aDelivery(aMatter());
    const headers = sign(await secretOf(webhookId), body);
    const before = await counts();
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(index % 2 ? url : other, body, headers)),
    );
    expect(statuses).toEqual(statuses.map(() => 200));
    expect((await counts())?.deliveries).toBe((before?.deliveries ?? 0) + 1);
    await eventually(async () => expect((await counts())?.dirty).toBe(0));
    const { accessToken } = running.sandbox.control.clio.issueTokens();
    const answer = await fetch(`${running.sandbox.clioOrigin}/api/v4/webhooks.json`, {
      headers: { Authorization: `Bearer ${accessToken}` },
    });
    expect(((await answer.json()) as { data: unknown[] }).data).toHaveLength(announced.length);
  });
});
