import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { authMessages, type Connection } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { eventually, WayToDatabase } from '@firmbridge/testing';
import { RunningServices } from '../../../libs/service/test/running-services.js';
import { ghlSync } from '../src/index.js';

const { connectionEstablished } = authMessages;
const [current, previous, foreign] = [1, 2, 3].map(() => generateKeyPairSync('ed25519'));
const published = (key: KeyObject | undefined) => key!.export({ format: 'der', type: 'spki' }).toString('base64');

let services: RunningServices;
let storage: Database;
let url: string;
let way: WayToDatabase;
const connection: Connection = {
  ...connectionEstablished.data.parse(connectionEstablished.example),
  provider: 'ghl',
  region: 'global',
  accountId: 'Loc1',
  apiOrigin: 'http://127.0.0.1:9',
  credential: 'oauth',
};

beforeAll(async () => {
  services = await RunningServices.open(randomUUID(), [ghlSync.schema]);
  const keys = [current, previous].map((pair) => published(pair?.publicKey)).join(',');
  way = await WayToDatabase.to(services.databaseUrl);
  ({ url } = await services.start(ghlSync, {
    DATABASE_URL: way.url,
    GHL_WEBHOOK_PUBLIC_KEYS: keys,
    GHL_WEBHOOK_QUIET_MS: '60000',
  }));
  storage = await services.storageOf(ghlSync.schema!);
  await services.publish(connectionEstablished, connection, { from: 'auth' });
  await eventually(async () => expect(await rows('select 1 from connection')).toHaveLength(1));
});
afterAll(async () => {
  await services?.stop();
  await way?.close();
});

const rows = <Row>(sql: string) => storage.inTenant(services.tenantId, (tx) => tx.query<Row>(sql));
const anEvent = (fields: object = {}) => ({
  type: 'ContactUpdate',
  id: 'contact-1',
  locationId: connection.accountId,
  appId: 'app',
  timestamp: new Date().toISOString(),
  webhookId: randomUUID(),
  ...fields,
});

async function deliver(event: object, key = current?.privateKey, path = '') {
  const body = Buffer.from(JSON.stringify(event));
  const { status } = await fetch(`${url}/webhooks/ghl${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-GHL-Signature': sign(null, body, key!).toString('base64') },
    body,
  });
  const known = await rows<{ body_hash: string; is_late: boolean }>('select body_hash, is_late from webhook_delivery');
  const mine = known.find(({ body_hash: id }) => id === (event as { webhookId?: string }).webhookId);
  return { status, isKept: mine !== undefined, isLate: mine?.is_late ?? null };
}

it('keeps what the current key has signed, and the key before it', async () => {
  expect(await deliver(anEvent())).toEqual({ status: 200, isKept: true, isLate: false });
  expect(await deliver(anEvent(), previous?.privateKey)).toEqual({ status: 200, isKept: true, isLate: false });
  expect(await rows(`select resource from dirty_record where record_id = 'contact-1' order by resource`)).toEqual([
    { resource: 'contacts' },
    { resource: 'tasks' },
  ]);
});

it('refuses what another key has signed', async () => {
  expect(await deliver(anEvent(), foreign?.privateKey)).toEqual({ status: 401, isKept: false, isLate: null });
});

it('keeps a delivery with an old timestamp, and marks it as late', async () => {
  const event = anEvent({ timestamp: '2026-01-05T14:00:00.000Z', id: 'contact-2' });
  expect(await deliver(event)).toEqual({ status: 200, isKept: true, isLate: true });
});

it('takes the same webhookId once, whatever else is different', async () => {
  const event = anEvent({ id: 'contact-3' });
  await deliver(event);
  expect((await deliver({ ...event, timestamp: '2026-01-05T14:00:00.000Z' })).status).toBe(200);
  expect(
    await rows(`select marks::int from dirty_record where resource = 'contacts' and record_id = 'contact-3'`),
  ).toEqual([{ marks: 1 }]);
});

it.each([
  ['of a location that nobody has connected', { locationId: 'Loc2' }],
  ['of something that is not read', { type: 'AppointmentCreate' }],
  ['that names no location', { locationId: undefined }],
])('answers well and keeps nothing of a delivery %s', async (_what, fields) => {
  expect(await deliver(anEvent(fields))).toEqual({ status: 200, isKept: false, isLate: null });
});

it('answers well to what is signed and cannot be understood', async () => {
  expect((await deliver({ no: 'type' })).status).toBe(200);
});

it('has one address only', async () => {
  expect((await deliver(anEvent(), current?.privateKey, '/else')).status).toBe(404);
  expect((await fetch(`${url}/webhooks/ghl`)).status).toBe(404);
});

it('asks for a delivery once more while the database is away, and keeps it then', async () => {
  const event = anEvent({ id: 'contact-away' });
  way.cut();
  const refused = await deliver(event);
  way.mend();
  expect(refused).toEqual({ status: 503, isKept: false, isLate: null });
  await eventually(async () => expect(await deliver(event)).toEqual({ status: 200, isKept: true, isLate: false }));
});
