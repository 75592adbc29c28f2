import { randomUUID } from 'node:crypto';
import { syncMessages } from '@firmbridge/contracts';
import { RunningServices } from '../../../libs/service/test/running-services.js';
import { ghlSync } from '../src/index.js';

let services: RunningServices;

beforeAll(async () => {
  services = await RunningServices.open(randomUUID(), [ghlSync.schema]);
  await services.start(ghlSync);
});
afterAll(() => services?.stop());

it('sets aside a write for a connection that stays unknown, and says which', async () => {
  const write = syncMessages.upsertGhlContact.data.parse(syncMessages.upsertGhlContact.example);
  const connectionId = randomUUID();
  const data = { ...write, connectionId };
  await services.lastAttempt('ghl-sync.upsert-contact', syncMessages.upsertGhlContact, data, { from: 'mapping' });
  expect(await services.deadLetter('ghl-sync.upsert-contact')).toMatchObject({
    code: 'ghl-sync.connection_unknown',
    reason: `The tenant of this message has no connection ${connectionId} that ghl-sync knows of.`,
  });
});
