import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { authMessages, newMessage, newOrigin, systemActor } from '@firmbridge/contracts';
import { z } from 'zod';
import { environmentOf } from '../../environment.js';
import { services } from '../../services.js';
import { untilPublished } from '../outboxes.js';
import { aLocalUrl } from '../place-settings.js';
import { until } from '../until.js';
import type { AuthPlace } from './auth-place.js';
import type { AuthSabotage } from './auth-sabotage.js';
import type { PartFindings } from '../part-findings.js';
import { Firm } from './firm.js';
import { askEverything, type Fuzzed } from './foreign-questions.js';
import { foreignValues } from './foreign-values.js';
import { changedTables, mistakeTenants, rowsOf } from './firm-rows.js';
import { Marks } from './marks.js';
import { requestEverything } from './foreign-requests.js';
import { OpenStream } from './open-stream.js';

export interface BetweenFirmsOptions {
  readonly sabotage: AuthSabotage | null;
  readonly tell: (line: string) => void;
}

const runs = z.object({ runs: z.array(z.object({ runId: z.uuid(), finishedAt: z.string().nullable() })) });
const letters = z.object({ deadLetters: z.array(z.object({ deadLetterId: z.uuid() })) });
const accepted = z.object({ runId: z.uuid() });
const syncWithinMs = 180_000;
const home = path.resolve(import.meta.dirname, '../../../../..');

/** What a firm has an administrator look at: every list there is. */
const lists = [
  ...['session', 'people', 'api-keys', 'connections', 'disconnections', 'agencies', 'runs', 'entities', 'transactions'],
  ...['problems', 'dead-letters', 'dead-letters/groups', 'replays', 'erasures'],
].map((name) => `/api/v1/${name}`);

/**
 * Two firms on one platform, both at work. One brings along what belongs to the other, in every route and every query and with
 * every role it has, and must get nothing of it and change nothing there.
 */
export async function betweenFirms(place: AuthPlace, { sabotage, tell }: BetweenFirmsOptions): Promise<PartFindings> {
  const word = `canary${randomBytes(6).toString('hex')}`;
  await place.sandbox.create('contacts', { type: 'Person', first_name: 'Vera', last_name: word }, 'us');
  await startServices(place);
  const [owner, stranger] = [new Firm(place, word), new Firm(place, `stranger${randomBytes(6).toString('hex')}`)];
  await owner.moveIn();
  await stranger.moveIn();
  const account = await atWork(place, owner, stranger);
  if (sabotage === 'tenants-mistaken') await mistakeTenants(place.db, owner.tenantId);
  tell('Two firms are at work; one of them brings along what belongs to the other.');
  const look = async (list: string) => (await owner.ask(owner.admin, 'GET', `${list}${page(list)}`)).text;
  const ownersView = await Promise.all(lists.map(look));
  const marks = Marks.of([...ownersView, owner.tenantId], [stranger.tenantId], [word]);
  const foreign = foreignValues(ownersView, { word, email: owner.emailOf('admin'), firmName: `Firm ${word}` });
  const before = await rowsOf(place.db, owner.tenantId);
  const requests = await requestEverything(stranger, place, { marks, foreign });
  const questions = await askEverything(stranger, place, { marks, foreign });
  const changed = changedTables(before, await rowsOf(place.db, owner.tenantId));
  const streamed = await listenMeanwhile(place, { owner, stranger, marks, connectionId: account.connectionId });
  for (const leak of [...requests.leaks, ...questions.leaks].slice(0, 10)) tell(`Leaked by ${leak}`);
  for (const table of changed) tell(`Changed by a stranger: ${table}`);
  return judge({ marks, requests, questions, changed, streamed });
}

interface Seen {
  readonly marks: Marks;
  readonly requests: Fuzzed;
  readonly questions: Fuzzed;
  readonly changed: readonly string[];
  readonly streamed: readonly string[];
}

function judge({ marks, requests, questions, changed, streamed }: Seen): PartFindings {
  return {
    figures: {
      marksOfTheFirm: marks.count,
      routes: requests.asked.size,
      requests: requests.count,
      queryContracts: questions.asked.size,
      questions: questions.count,
    },
    checks: [
      { name: 'leaksByRoutes', value: requests.leaks.length, most: 0 },
      { name: 'leaksByQueries', value: questions.leaks.length, most: 0 },
      { name: 'leaksByTheStream', value: streamed.length, most: 0 },
      { name: 'tablesChangedByStrangers', value: changed.length, most: 0 },
      { name: 'requestsThatFailed', value: requests.failures, most: 0 },
      { name: 'marksMissing', value: Math.max(0, 20 - marks.count), most: 0 },
    ],
  };
}

const page = (list: string) => (/session|api-keys|connections$|agencies/.test(list) ? '' : '?limit=50');

async function startServices(place: AuthPlace): Promise<void> {
  const overrides = { gateway: { ATTEMPTS_PER_MINUTE: '100000', TENANT_ID: place.tenantId } };
  const settings = { ...place.settings, overrides };
  const urls: Partial<Record<string, string>> = {
    auth: settings.addresses.authUrl,
    gateway: settings.addresses.gatewayUrl,
  };
  for (const { name } of services) {
    const url = urls[name] ?? (await aLocalUrl());
    await place.processes.start({
      name,
      entry: path.join(home, 'apps', name, 'dist/main.js'),
      args: [],
      env: { ...environmentOf(name, settings), PORT: new URL(url).port },
      readyUrl: `${url}/readyz`,
    });
  }
}

/** Both have records, runs, calls; the owner has a location, a pairing and a dead letter, too. */
async function atWork(place: AuthPlace, owner: Firm, stranger: Firm) {
  const authPort = Number(new URL(place.settings.addresses.authUrl).port);
  const { tenantId } = owner;
  const clio = await place.connect({ tenantId, provider: 'clio', region: 'us' }, authPort);
  const ghl = await place.connect({ tenantId, provider: 'ghl', region: 'global' }, authPort);
  await place.connect({ tenantId: stranger.tenantId, provider: 'clio', region: 'eu' }, authPort);
  const pair = { clioConnectionId: clio.connectionId, ghlConnectionId: ghl.connectionId };
  await owner.done('POST', '/api/v1/pairings', pair);
  const origin = newOrigin({ service: 'gateway', tenantId, now: new Date(), actor: systemActor('gateway') });
  const nonsense = newMessage(authMessages.disconnectConnection, { connectionId: randomUUID() }, origin);
  await place.publisher().publish([nonsense]);
  for (const firm of [owner, stranger]) {
    await until(async () => areOver(await firm.done('GET', '/api/v1/runs')), {
      ...{ timeoutMs: syncWithinMs, intervalMs: 500 },
      what: () => `the first sync of ${firm.word}`,
    });
  }
  const hasLetter = async () => letters.parse(await owner.done('GET', '/api/v1/dead-letters')).deadLetters.length > 0;
  await until(hasLetter, { timeoutMs: 60_000, intervalMs: 300, what: () => 'a dead letter' });
  await untilPublished(place.db);
  return clio;
}

function areOver(answer: unknown): boolean {
  const known = runs.parse(answer).runs;
  return known.length > 0 && known.every(({ finishedAt }) => finishedAt !== null);
}

interface Listening {
  readonly owner: Firm;
  readonly stranger: Firm;
  readonly marks: Marks;
  readonly connectionId: string;
}

/** The stranger's stream while the owner's shows a run from its beginning to its end. */
async function listenMeanwhile(place: AuthPlace, { owner, stranger, marks, connectionId }: Listening) {
  const url = `${place.settings.addresses.gatewayUrl}/api/v1/stream`;
  const [ours, theirs] = await Promise.all([
    OpenStream.open(url, owner.admin.headers),
    // Its people have logged out, as the last of all they did.
    OpenStream.open(url, stranger.keyOf('admin').headers),
  ]);
  try {
    const wish = { mode: 'incremental' };
    const { runId } = accepted.parse(await owner.done('POST', `/api/v1/connections/${connectionId}/runs`, wish));
    const isOver = async () => areOver(await owner.done('GET', '/api/v1/runs')) && ours.text.includes(runId);
    await until(isOver, { timeoutMs: syncWithinMs, intervalMs: 300, what: () => 'a run in the stream' });
    return [...marks.leakedBy(theirs.text, ''), ...(theirs.text.includes(runId) ? [runId] : [])];
  } finally {
    ours.close();
    theirs.close();
  }
}
