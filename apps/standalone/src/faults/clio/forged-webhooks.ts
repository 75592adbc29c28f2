import { Agent } from 'node:http';
import { clioApiPath } from '@firmbridge/clio-api';
import { z } from 'zod';
import { inParallel } from '../in-parallel.js';
import type { PartFindings } from '../part-findings.js';
import { until } from '../until.js';
import type { ClioPlace } from './clio-place.js';
import { pick, type ClioStory } from './clio-story.js';
import { aBody, forgeries, forgeryNames, genuine, post, type Forgery, type Hook, type Known } from './forgeries.js';

const overheard = 100;
const atOnce = 32;
const readyWithinMs = 40_000;

const hooksSchema = z.object({
  data: z.array(z.object({ url: z.string(), model: z.string(), shared_secret: z.string() })),
});

/** Strangers who know the addresses and have overheard deliveries send what they like. */
export async function forgedWebhooks(story: ClioStory): Promise<PartFindings> {
  const { random } = story;
  const env = { CLIO_WEBHOOK_QUIET_MS: '0', CLIO_WEBHOOK_CHECK_SECONDS: '86400' };
  const place = await story.place({ name: 'forgeries', matters: 20, webhooks: true, env });
  await place.startReplica();
  await place.syncAtFirst();
  const { known, matters, agent } = await overhear(place, random);
  const before = await rowsOf(place);
  place.sandbox.control.requests.clear();
  const told = new Map<Forgery, (number | null)[]>(forgeryNames.map((name) => [name, []]));
  const count = story.scaled(10_000, 500);
  const startedAt = performance.now();
  await inParallel(count, atOnce, async (n) => {
    const name = forgeryNames[n % forgeryNames.length] ?? 'unsigned';
    const delivery = forgeries[name](known, pick(random, known.hooks));
    told.get(name)?.push(await post(delivery, agent));
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  await atRest(place);
  const after = await rowsOf(place);
  // Whether all subscriptions are there may be looked at once more.
  const calls = place.sandbox.control.requests.recent().filter(({ path }) => !path.includes('/webhooks')).length;
  const isTrueOneTaken = await isTaken(place, matters, known.recordIds[0] ?? 0, agent);
  agent.destroy();
  const statuses = [...told].flatMap(([name, answers]) => answers.map((status) => ({ name, status })));
  const isGood = (status: number | null) => status !== null && status >= 200 && status < 300;
  const taken = statuses.filter(({ name, status }) => name !== 'replayed' && isGood(status));
  if (taken.length > 0) story.tell(`Taken: ${[...new Set(taken.map(({ name }) => name))].join(', ')}.`);
  return {
    figures: {
      forgeries: statuses.length,
      waysToForge: forgeryNames.length,
      forgeriesPerSecond: Math.round(statuses.length / seconds),
      deliveriesReplayed: told.get('replayed')?.length ?? 0,
    },
    checks: [
      { name: 'answersOf500', value: statuses.filter(({ status }) => (status ?? 0) >= 500).length, most: 0 },
      { name: 'forgeriesTaken', value: taken.length, most: 0 },
      {
        name: 'replaysRefused',
        value: statuses.filter(({ name, status }) => name === 'replayed' && !isGood(status)).length,
        most: 0,
      },
      { name: 'rowsOfForgeries', value: differing(before, after), most: 0 },
      { name: 'fetchesByForgeries', value: calls, most: 0 },
      { name: 'trueDeliveriesRefusedAfterwards', value: isTrueOneTaken ? 0 : 1, most: 0 },
    ],
  };
}

/** The addresses, and deliveries that were taken and worked off. */
async function overhear(place: ClioPlace, random: () => number) {
  const isActive = async () =>
    (await place.count(
      `select count(*)::int as count from clio_sync.webhook_subscription where state = 'active' and secret is not null`,
    )) === 5;
  await until(isActive, { timeoutMs: readyWithinMs, intervalMs: 200, what: () => 'active webhooks' });
  await atRest(place);
  const { accessToken } = place.clio.issueTokens();
  const answer = await fetch(`${place.sandbox.clioOrigin}${clioApiPath}/webhooks.json?fields=url,model,shared_secret`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  const { data } = hooksSchema.parse(await answer.json());
  const hooks = data.map(({ url, shared_secret: secret }): Hook => ({ url, secret }));
  const [matters] = data
    .filter(({ model }) => model === 'matter')
    .map(({ url, shared_secret: secret }) => ({ url, secret }));
  if (matters === undefined) throw new Error('Clio has no webhook of matters.');
  const recordIds = Array.from({ length: 20 }, (_, at) => place.clio.idAt('matters', at));
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const taken = Array.from({ length: overheard }, () => genuine(matters, aBody(pick(random, recordIds))));
  for (const delivery of taken)
    if ((await post(delivery, agent)) !== 200) throw new Error('A true delivery was refused.');
  await atRest(place);
  const known: Known = { hooks, taken, recordIds, random };
  return { known, matters, agent };
}

/** Nothing is announced or read any more. */
async function atRest(place: ClioPlace): Promise<void> {
  const underWay = () =>
    place.count(`select (select count(*) from clio_sync.dirty_record)::int + (select count(*) from clio_sync.outbox_message)::int
      + (select count(*) from clio_sync.connection where catch_up_due)::int
      + (select count(*) from clio_sync.run where finished_at is null)::int as count`);
  const isQuiet = async () => (await underWay()) === 0;
  await until(isQuiet, { timeoutMs: 60_000, intervalMs: 200, what: () => 'an end of reading what was announced' });
}

/** What forged deliveries could add or change, by table. */
async function rowsOf({ db }: ClioPlace): Promise<string[]> {
  const tables = [
    'webhook_delivery',
    'dirty_record',
    'webhook_subscription',
    'record',
    'run',
    'write_task',
    'deletion',
  ];
  const counts: string[] = [];
  for (const table of tables) {
    const { rows } = await db.query<{ digest: string }>(
      `select count(*) || md5(coalesce(string_agg(md5(t::text), '' order by t::text), '')) as digest from clio_sync.${table} t`,
    );
    counts.push(rows[0]?.digest ?? '');
  }
  return counts;
}

const differing = (before: readonly string[], after: readonly string[]) =>
  before.filter((digest, at) => digest !== after[at]).length;

/** The door is not merely shut. */
async function isTaken(place: ClioPlace, hook: Hook, recordId: number, agent: Agent): Promise<boolean> {
  const title = 'Described after the attack';
  place.clio.setDeliveryBehaviour({ isLost: true });
  place.clio.edit('matters', recordId, { description: title });
  if ((await post(genuine(hook, aBody(recordId)), agent)) !== 200) return false;
  const isRead = async () =>
    (await place.count(
      `select count(*)::int as count from clio_sync.record where resource = 'matters' and body ->> 'description' = $1`,
      [title],
    )) === 1;
  return until(isRead, { timeoutMs: readyWithinMs, intervalMs: 100, what: () => 'the true change' }).then(
    () => true,
    () => false,
  );
}
