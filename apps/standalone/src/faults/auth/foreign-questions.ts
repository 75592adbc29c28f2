import {
  contractsByType,
  isAppError,
  messageOf,
  roles,
  systemActor,
  type Actor,
  type MessageContract,
  type QueryContract,
} from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { AuthPlace } from './auth-place.js';
import type { Firm } from './firm.js';
import type { Marks } from './marks.js';
import type { Foreign } from './sample-request.js';
import { inParallel } from '../in-parallel.js';

export interface Fuzzing {
  readonly marks: Marks;
  readonly foreign: Foreign;
}

export interface Fuzzed {
  /** Different routes or contracts. */
  readonly asked: ReadonlySet<string>;
  readonly count: number;
  readonly leaks: readonly string[];
  /** Answers that say that something broke. */
  readonly failures: number;
}

const atOnce = 8;
const answerWithinMs = 20_000;

/** Every query there is, asked over the broker for a stranger's firm by each role and each service. */
export async function askEverything(stranger: Firm, place: AuthPlace, { marks, foreign }: Fuzzing): Promise<Fuzzed> {
  const queries = [...contractsByType.values()].filter(isQuery);
  const all = queries.flatMap((query) => actors().map((actor) => ({ query, actor })));
  const found = { asked: new Set<string>(), count: 0, leaks: [] as string[], failures: 0 };
  await inParallel(all.length, atOnce, async (n) => {
    const { query, actor } = all[n] as (typeof all)[number];
    const data = withForeign(query.example, foreign, '');
    const answer = await answerTo(place, { query, actor, data, tenantId: stranger.tenantId });
    found.asked.add(query.name);
    found.count += 1;
    const [leaked] = marks.leakedBy(answer, JSON.stringify(data));
    if (leaked !== undefined) found.leaks.push(`${query.name} to ${actor.id} ${actor.roles.join()}: ${leaked}`);
  });
  return found;
}

function isQuery(contract: MessageContract): contract is QueryContract {
  return contract.kind === 'query';
}

function actors(): Actor[] {
  const people = roles.map((role): Actor => ({ kind: 'person', id: randomUUID(), roles: [role] }));
  const keys = roles.map((role): Actor => ({ kind: 'key', id: randomUUID(), roles: [role] }));
  return [...people, ...keys, ...['gateway', 'clio-sync', 'ghl-sync', 'mapping'].map(systemActor)];
}

interface Question {
  readonly query: QueryContract;
  readonly actor: Actor;
  readonly data: unknown;
  readonly tenantId: string;
}

async function answerTo(place: AuthPlace, { query, actor, data, tenantId }: Question): Promise<string> {
  try {
    const parsed: unknown = query.data.parse(data);
    return JSON.stringify(await place.ask(query, parsed, { tenantId, actor, timeoutMs: answerWithinMs }));
  } catch (error) {
    return isAppError(error) ? JSON.stringify([error.message, error.details]) : messageOf(error);
  }
}

/** The example of a contract, with another firm's values where it has some for a field. */
function withForeign(value: unknown, foreign: Foreign, field: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withForeign(one, foreign, field.replace(/s$/, '')));
  if (typeof value === 'string') return foreign(field) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withForeign(one, foreign, name)]));
}
