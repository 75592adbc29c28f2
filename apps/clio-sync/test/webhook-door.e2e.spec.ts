import { randomBytes, randomUUID } from 'node:crypto';
import { eventually, WayToDatabase } from '@firmbridge/testing';
import { RunningServices } from '../../../libs/service/test/running-services.js';
import { clioSync } from '../src/index.js';

let services: RunningServices;
let way: WayToDatabase;
let url: string;
beforeAll(async () => {
  services = await RunningServices.open(randomUUID(), [clioSync.schema]);
  way = await WayToDatabase.to(services.databaseUrl);
  ({ url } = await services.start(clioSync, { DATABASE_URL: way.url }));
});
afterAll(async () => {
  await services?.stop();
  await way?.close();
});

const deliver = () =>
  fetch(`${url}/webhooks/clio/${randomBytes(32).toString('base64url')}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"data":{}}',
  });

it('asks for a delivery once more while the database is away', async () => {
  way.cut();
  const answer = await deliver();
  way.mend();
  expect(answer.status).toBe(503);
  expect(answer.headers.get('Retry-After')).toBe('5');
  // Whose it is can be told again: nobody's.
  await eventually(async () => expect((await deliver()).status).toBe(404));
});
