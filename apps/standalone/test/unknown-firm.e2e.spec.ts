import { randomUUID } from 'node:crypto';
import {
  authMessages,
  contractsByType,
  newMessage,
  newOrigin,
  systemActor,
  type MessageContract,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import { BrokerConnections } from '@firmbridge/messaging';
import { eventually } from '@firmbridge/testing';
import pg from 'pg';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

const services = ['audit-log', 'auth', 'mapping', 'ghl-sync', 'clio-sync'];
const schemas = services.map((name) => name.replace('-', '_'));
/** Erasing is for whoever asks, and of nobody nothing is erased or replayed. */
const harmless = [authMessages.eraseTenant.name, 'mapping.replay-entities.v1'];
const tenantId = randomUUID();

let running: TestPlatform;
let broker: BrokerConnections;
let database: pg.Client;
beforeAll(async () => {
  running = await startTestPlatform({ amqpUrl: null, only: services });
  const { connect, settings } = running;
  const place = { connect, url: settings.addresses.amqpUrl, namespace: settings.namespaces.amqp };
  broker = new BrokerConnections({ ...place, service: 'standalone' });
  await broker.open();
  database = new pg.Client({ connectionString: running.database.url });
  await database.connect();
}, 60_000);
afterAll(async () => {
  await broker.close();
  await database.end();
  await running.stop();
});

/** The example of a command, from a service that may send it, for a firm that nobody knows. */
function commandFor(contract: MessageContract, lane: string | undefined): OutgoingMessage {
  const { needs } = contract;
  const service = typeof needs === 'object' && 'services' in needs ? needs.services[0] : 'gateway';
  const origin = newOrigin({ service: service!, tenantId, now: new Date(), actor: systemActor(service!) });
  return newMessage(contract, contract.example, origin, lane === undefined ? {} : { lane });
}

async function idsIn(sql: string): Promise<Set<string>> {
  const { rows } = await database.query<{ id: string }>(sql, [tenantId]);
  return new Set(rows.map(({ id }) => id));
}

const setAside = 'select message_id as id from audit_log.dead_letter where tenant_id = $1';
const waitingToBeTriedAgain = `
  select m.envelope ->> 'id' as id
    from (select convert_from(content, 'utf8')::jsonb as envelope, queue_id from local_broker.message) m
    join local_broker.queue q on q.id = m.queue_id
   where q.name ~ '[.]retry[.]' and m.envelope ->> 'tenantid' = $1`;
const handled = schemas.map((schema) => `select message_id as id from ${schema}.inbox_message where tenant_id = $1`);

it('commands for a firm that nobody knows do nothing: they are tried again, as its connections may be on their way, or set aside', async () => {
  const commands = [...contractsByType.values()]
    .filter(({ kind, name }) => kind === 'command' && !harmless.includes(name))
    .flatMap((contract) => {
      const lanes = contract.lanes.length === 0 ? [undefined] : contract.lanes;
      return lanes.map((lane) => commandFor(contract, lane));
    });
  const names = new Map(commands.map(({ envelope, contract }) => [envelope.id, contract.name]));
  const namesOf = (ids: Iterable<string>) => [...ids].flatMap((id) => names.get(id) ?? []).sort();
  expect(await broker.publisher().publish(commands)).toEqual(commands.map(() => 'confirmed'));

  await eventually(async () => {
    const ended = new Set([...(await idsIn(setAside)), ...(await idsIn(waitingToBeTriedAgain))]);
    expect(namesOf(ended)).toEqual(namesOf(names.keys()));
  });
  expect(namesOf(await idsIn(handled.join(' union all ')))).toEqual([]);
  expect(namesOf(await idsIn(setAside))).toEqual(['auth.create-pairing.v1', 'auth.disconnect-connection.v1']);
});
