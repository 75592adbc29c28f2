import { clioApiPath } from '@firmbridge/clio-api';
import type { PartFindings } from '../part-findings.js';
import { until } from '../until.js';
import { differencesIn, type Differences } from './clio-differences.js';
import { ClioEdits } from './clio-edits.js';
import type { ClioPlace } from './clio-place.js';
import type { ClioStory } from './clio-story.js';
import { checkEvents } from './told-once.js';

/** How webhooks end: lost on the way without a trace, suspended by Clio, and expired. */
const outages = ['silent', 'suspended', 'expired'] as const;
type Outage = (typeof outages)[number];

const outageMs = 2 * 3_600_000;
const subscriptions = 5;
const readyWithinMs = 40_000;
const catchUpWithinMs = 40_000;

/** Three times two hours without webhooks, in which people change records of all 20 resources. */
export async function webhookOutages(story: ClioStory): Promise<PartFindings> {
  const env = { CLIO_WEBHOOK_QUIET_MS: '0', CLIO_WEBHOOK_CHECK_SECONDS: '1' };
  const place = await story.place({ name: 'webhooks', matters: story.scaled(40, 20), webhooks: true, env });
  place.clio.setDeliveryBehaviour({ retryDelaysMs: [0], suspendAfter: 1 });
  await place.startReplica();
  await place.syncAtFirst();
  await untilActive(place);
  const edits = new ClioEdits(place);
  const ofEach = story.scaled(10, 2);
  let missing = 0;
  let notRestored = 0;
  let slowest = 0;
  for (const outage of outages) {
    await atRest(place);
    await place.stopReplicas();
    await loseWebhooks(place, outage);
    for (let hour = 0; hour < 2; hour += 1) {
      place.sandbox.control.clock.advance(outageMs / 2);
      await edits.everywhere(ofEach, story.random);
    }
    await place.clio.deliveriesSettled();
    place.clio.setDeliveryBehaviour({ isLost: false });
    await age(place, outageMs);
    const from = performance.now();
    await place.startReplica();
    const left = await caughtUp(place);
    slowest = Math.max(slowest, performance.now() - from);
    missing += left.missing + left.surplus;
    if (left.missing > 0) story.tell(`${outage}: ${left.missing} changes are missing in ${left.resources.join(', ')}.`);
    notRestored += subscriptions - (await untilActive(place));
    if (left.missing > 0) break;
  }
  return {
    figures: { outages: outages.length, changesDuringOutages: edits.count, slowestCatchUpSeconds: rounded(slowest) },
    checks: [
      { name: 'changesMissingAfterOutages', value: missing, most: 0 },
      { name: 'subscriptionsNotRestored', value: notRestored, most: 0 },
      ...checkEvents('outages', await place.evidence()),
    ],
  };
}

async function loseWebhooks(place: ClioPlace, outage: Outage): Promise<void> {
  if (outage === 'silent') place.clio.setDeliveryBehaviour({ isLost: true });
  if (outage !== 'expired') return;
  const { accessToken } = place.clio.issueTokens();
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${place.sandbox.clioOrigin}${clioApiPath}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    });
  const { rows } = await place.db.query<{ id: string }>(
    `select webhook_id as id from clio_sync.webhook_subscription where state = 'active'`,
  );
  const soon = new Date(place.sandbox.control.clock.now().getTime() + outageMs / 4).toISOString();
  for (const { id } of rows) {
    const body = JSON.stringify({ data: { expires_at: soon } });
    const answer = await call(`/webhooks/${id}.json`, { method: 'PATCH', body });
    if (!answer.ok) throw new Error(`The sandbox did not shorten a webhook: ${await answer.text()}`);
  }
}

/** What is counted by the database's clock has waited as long as Clio's clock went on. */
async function age({ db }: ClioPlace, ms: number): Promise<void> {
  const by = `interval '${ms / 1_000} seconds'`;
  await db.query(`update clio_sync.webhook_watch set looked_at = looked_at - ${by}, look_at = look_at - ${by}`);
  await db.query(
    `update clio_sync.webhook_subscription set created_at = created_at - ${by}, activated_at = activated_at - ${by}`,
  );
}

async function caughtUp(place: ClioPlace): Promise<Differences> {
  let left = await differencesIn(place);
  const isComplete = async () => {
    left = await differencesIn(place);
    return left.missing + left.surplus === 0;
  };
  const timeoutMs = catchUpWithinMs;
  await until(isComplete, { timeoutMs, intervalMs: 500, what: () => 'all changes' }).catch(() => null);
  return left;
}

/** How many subscriptions are active at last. */
async function untilActive(place: ClioPlace): Promise<number> {
  const active = () =>
    place.count(
      `select count(*)::int as count from clio_sync.webhook_subscription where state = 'active' and ended_at is null`,
    );
  const isReady = async () => (await active()) === subscriptions;
  await until(isReady, { timeoutMs: readyWithinMs, intervalMs: 200, what: () => 'active webhooks' }).catch(() => null);
  return active();
}

/** The catch-up that follows a new subscription is over, too. */
async function atRest(place: ClioPlace): Promise<void> {
  const underWay = () =>
    place.count(`select (select count(*) from clio_sync.connection where catch_up_due)::int
      + (select count(*) from clio_sync.run where finished_at is null)::int
      + (select count(*) from clio_sync.dirty_record)::int as count`);
  await until(async () => (await underWay()) === 0, {
    ...{ timeoutMs: readyWithinMs, intervalMs: 100 },
    what: () => 'an end of catching up',
  });
}

const rounded = (ms: number) => Math.round(ms / 100) / 10;
