import { randomUUID } from 'node:crypto';
import { operationMessages, type operationMessages as Messages } from '@firmbridge/contracts';
import type { PartFindings } from '../part-findings.js';
import { until } from '../until.js';
import type { CallMoment, ClioOrder } from './clio-protocol.js';
import type { ClioPlace } from './clio-place.js';
import { pick, type ClioStory } from './clio-story.js';

const { clioWriteMessages } = operationMessages;
const replicas = 2;
const env = { CLIO_WRITE_LEASE_SECONDS: '2', CLIO_WRITE_ATTEMPTS: '4' };
const moments: readonly CallMoment[] = ['before-call', 'during-call', 'before-store', 'after-store'];
/** Clio needs so long for every second write: it may not have happened when the caller dies. */
const slowMs = 400;
const endWithinMs = 90_000;

type Operation = Messages.Operation;

/** Whoever makes contacts in Clio dies between the call and the record of its answer, and each is looked for in Clio afterwards. */
export async function killedWrites(story: ClioStory): Promise<PartFindings> {
  const { random, scaled } = story;
  const place = await story.place({ name: 'writes', matters: 5, work: 'writes', env });
  await Promise.all(Array.from({ length: replicas }, () => place.startReplica()));
  await place.syncAtFirst();
  const before = place.clio.count('contacts');
  const wishes = Array.from({ length: scaled(20, 6) }, (_, n) => ({
    operationId: randomUUID(),
    name: `Writer${n}`,
    moment: moments[n % moments.length] ?? pick(random, moments),
  }));
  for (const [n, { operationId, name, moment }] of wishes.entries()) {
    const isSlow = Math.floor(n / moments.length) % 2 === 1;
    if (isSlow) slowDown(place);
    await dieAmid(place, { operationId, name, moment });
    place.sandbox.control.faults.clear();
  }
  const operations = await ended(
    place,
    wishes.map(({ operationId }) => operationId),
  );
  const made = contactsByName(place, before);
  const outcomes = wishes.map(({ operationId, name, moment }) => {
    const state = operations.get(operationId)?.state ?? 'waiting';
    const copies = made.get(name) ?? 0;
    if (isHonest(state, copies)) return 'honest';
    story.tell(`Killed ${moment}: ${name} is ${copies} times in Clio, and its operation is ${state}.`);
    return copies > 1 ? 'doubled' : 'dishonest';
  });
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  const inState = (state: Operation['state']) =>
    [...operations.values()].filter((operation) => operation.state === state).length;
  const kills = place.replicas.reduce((sum, replica) => sum + replica.kills, 0);
  return {
    figures: {
      writes: wishes.length,
      killsAmidWrites: kills,
      writesSucceeded: inState('succeeded'),
      writesUnknown: inState('unknown'),
    },
    checks: [
      { name: 'killsAmidWritesNotDone', value: wishes.length - kills, most: 0 },
      { name: 'recordsMadeTwice', value: count('doubled'), most: 0 },
      { name: 'writesWithADishonestEnd', value: count('dishonest'), most: 0 },
    ],
  };
}

/** Exactly one, or a person decides. */
function isHonest(state: Operation['state'], copies: number): boolean {
  if (state === 'unknown') return copies <= 1;
  return state === 'succeeded' && copies === 1;
}

function slowDown({ sandbox }: ClioPlace): void {
  const fault = { kind: 'latency' as const, ms: slowMs };
  sandbox.control.faults.add({ provider: 'clio', method: 'POST', path: '*contacts*', times: 1, fault });
}

interface Wish {
  readonly operationId: string;
  readonly name: string;
  readonly moment: CallMoment;
}

async function dieAmid(place: ClioPlace, { operationId, name, moment }: Wish): Promise<void> {
  const killsOf = () => place.replicas.reduce((sum, { kills }) => sum + kills, 0);
  const before = killsOf();
  await until(() => place.replicas.every(({ runs }) => runs), { timeoutMs: 60_000, what: () => 'all replicas' });
  const order: ClioOrder = { kind: 'die', moment, claim: place.file(`claim-${operationId}`), after: 0 };
  for (const replica of place.replicas) replica.tell(order, { isDeadly: true });
  await place.demo.command(clioWriteMessages.writeRecord, {
    operationId,
    connectionId: place.connectionId,
    resource: 'contacts',
    recordId: null,
    changes: { type: 'Person', first_name: name, last_name: 'Killed' },
    ifMatch: null,
    requestHash: operationId,
    answerBy: null,
  });
  await until(() => killsOf() > before, { timeoutMs: 20_000, what: () => 'a death' }).catch(() => null);
  for (const replica of place.replicas) replica.tell({ kind: 'live' } satisfies ClioOrder);
}

async function ended(place: ClioPlace, ids: readonly string[]): Promise<Map<string, Operation>> {
  const operations = new Map<string, Operation>();
  const areOver = async () => {
    for (const operationId of ids) {
      const question = { operationId, state: null, limit: 1 };
      const [operation] = (await place.demo.ask(clioWriteMessages.getOperations, question)).operations;
      if (operation !== undefined) operations.set(operationId, operation);
    }
    return ids.every((id) => !['waiting', 'writing', undefined].includes(operations.get(id)?.state));
  };
  await until(areOver, { timeoutMs: endWithinMs, intervalMs: 1_000, what: () => 'an end of all writes' }).catch(
    () => null,
  );
  return operations;
}

function contactsByName({ clio }: ClioPlace, from: number): Map<string, number> {
  const made = new Map<string, number>();
  for (let index = from; index < clio.count('contacts'); index += 1) {
    const contact = clio.record('contacts', clio.idAt('contacts', index));
    const name = String(contact['first_name']);
    made.set(name, (made.get(name) ?? 0) + 1);
  }
  return made;
}
