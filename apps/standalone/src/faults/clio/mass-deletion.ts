import { syncMessages, type Deletion } from '@firmbridge/contracts';
import type { Evidence } from '../evidence.js';
import type { PartFindings } from '../part-findings.js';
import { until } from '../until.js';
import { differencesIn } from './clio-differences.js';
import type { ClioPlace } from './clio-place.js';
import type { ClioStory } from './clio-story.js';
import { checkEvents } from './told-once.js';

const { clioSyncMessages } = syncMessages;
const withinMs = 60_000;

/** A quarter of the contacts goes at once, and more than a hundred activities, which are few among all. */
const resources = ['contacts', 'activities'] as const;
type Resource = (typeof resources)[number];

/** Somebody deletes far too much in Clio: nothing goes before a person says so, and all of it comes back when they regret it. */
export async function massDeletion(story: ClioStory): Promise<PartFindings> {
  const place = await story.place({ name: 'deletions', matters: story.scaled(300, 60) });
  await place.startReplica();
  await place.syncAtFirst();
  const gone: Record<Resource, number[]> = {
    contacts: idsOf(place, 'contacts', Math.floor(place.clio.count('contacts') / 4)),
    activities: idsOf(place, 'activities', 110),
  };
  const events: Evidence['events'][number][] = [...(await place.evidence()).events];
  const before = await liveRecords(place);
  for (const resource of resources) place.clio.removeMany(resource, gone[resource]);
  await place.run('sweep', [...resources]);
  const unasked = await goneHere(place);
  const held = await deletionsOf(place, 'held');
  const expected = resources.reduce((sum, resource) => sum + gone[resource].length, 0);
  const recordsHeld = held.reduce((sum, { records }) => sum + records, 0);
  for (const { deletionId } of held)
    await place.demo.ask(clioSyncMessages.decideDeletion, { deletionId, decision: 'approve', reason: null });
  await untilGone(place, expected);
  const approved = await goneHere(place);
  const left = await differencesIn(place);
  events.push(...(await place.evidence()).events);
  for (const { deletionId } of held)
    await place.demo.ask(clioSyncMessages.undoDeletion, { deletionId, recordIds: null });
  await untilGone(place, 0);
  const notRestored = differing(before, await liveRecords(place));
  // What was brought back is not asked about again.
  await place.run('sweep', [...resources]);
  const heldAgain = (await deletionsOf(place, 'held')).length + (await goneHere(place));
  const evidence = await place.evidence();
  return {
    figures: { recordsDeletedInClio: expected, recordsHeld, recordsDeletedWhenApproved: approved },
    checks: [
      { name: 'recordsDeletedUnasked', value: unasked, most: 0 },
      { name: 'deletionsNotHeld', value: Math.abs(expected - recordsHeld), most: 0 },
      // What others say of a deleted record is not their change.
      { name: 'recordsWrongWhenApproved', value: left.lost + left.surplus, most: 0 },
      { name: 'recordsNotRestored', value: notRestored, most: 0 },
      { name: 'restoredAndAskedAboutAgain', value: heldAgain, most: 0 },
      ...checkEvents('deletions', { ...evidence, events: [...events, ...evidence.events] }),
    ],
  };
}

const idsOf = (place: ClioPlace, resource: Resource, count: number) =>
  Array.from({ length: count }, (_, at) => place.clio.idAt(resource, at));

const goneHere = (place: ClioPlace) =>
  place.count('select count(*)::int as count from clio_sync.record where deleted_at is not null');

async function deletionsOf({ demo, connectionId }: ClioPlace, state: Deletion['state']): Promise<Deletion[]> {
  const question = { deletionId: null, connectionId, resource: null, state, limit: 50 };
  return (await demo.ask(clioSyncMessages.getDeletions, question)).deletions;
}

/** Gives up after a while: how many there are is counted afterwards. */
async function untilGone(place: ClioPlace, count: number): Promise<void> {
  const isSo = async () => (await goneHere(place)) === count;
  await until(isSo, { timeoutMs: withinMs, intervalMs: 200, what: () => 'the deletions' }).catch(() => null);
}

async function liveRecords({ db }: ClioPlace): Promise<Map<string, string>> {
  const { rows } = await db.query<{ key: string; digest: string }>(
    `select resource || '/' || record_id as key, md5(body::text) as digest from clio_sync.record where deleted_at is null`,
  );
  return new Map(rows.map(({ key, digest }) => [key, digest]));
}

const differing = (before: Map<string, string>, after: Map<string, string>) =>
  [...before].filter(([key, digest]) => after.get(key) !== digest).length;
