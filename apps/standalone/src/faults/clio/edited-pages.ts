import { setTimeout as wait } from 'node:timers/promises';
import { clioResources, type ClioResourceName } from '@firmbridge/clio-api';
import type { PartFindings } from '../part-findings.js';
import { untilPublished } from '../outboxes.js';
import { differencesIn } from './clio-differences.js';
import { ClioEdits, editable } from './clio-edits.js';
import type { ClioPlace } from './clio-place.js';
import { pick, type ClioStory } from './clio-story.js';
import { checkEvents } from './told-once.js';

/** Clio's clock is so far behind ours; a tenth of what the overlap is made for would do. */
const clockBehindMs = 3 * 60_000;
const pageMs = 40;
const editedShare = 0.05;
/** More than two pages with one timestamp. */
const atOneInstant = 450;

/** People edit while pages are read: behind the cursor, before it and at its edges, many in the same second. */
export async function editedPages(story: ClioStory): Promise<PartFindings> {
  const { random } = story;
  const place = await story.place({ name: 'paging', matters: story.scaled(300, 70) });
  const { clock, faults } = place.sandbox.control;
  clock.advance(-clockBehindMs);
  await place.startReplica();
  const edits = new ClioEdits(place);
  const resources = (Object.keys(editable) as ClioResourceName[]).filter((name) => clioResources[name].updatedSince);
  const idsOf = (name: ClioResourceName) => place.clio.count(editable[name].collection);
  const all = resources.flatMap((name) => Array.from({ length: idsOf(name) }, (_, at) => ({ name, at })));
  const edges = all.filter(({ at }) => at >= 198 && [198, 199, 0, 1].includes(at % 200));
  const editSome = () => {
    const { name, at } = random() < 0.3 ? pick(random, edges) : pick(random, all);
    edits.edit(name, place.clio.idAt(editable[name].collection, at));
  };
  faults.add({ provider: 'clio', method: 'GET', path: '/api/v4/*', fault: { kind: 'latency', ms: pageMs } });
  await place.connect();
  const during = await editWhile(place, null, Math.ceil(all.length * editedShare), editSome);
  const activities = Array.from({ length: atOneInstant }, (_, at) => place.clio.idAt('activities', at));
  editAtOnce(place, activities, edits);
  const runId = await place.demo.startRun(place.connectionId);
  // Those that are read and those that are not, again with one timestamp, while their pages are read.
  const again = await editWhile(place, runId, Math.ceil(atOneInstant * editedShare), () =>
    editAtOnce(place, [pick(random, activities), ...edgesOf(activities)], edits),
  );
  faults.clear();
  await place.run();
  await untilPublished(place.db);
  const left = await differencesIn(place);
  if (left.missing > 0) story.tell(`Missed in ${left.resources.join(', ')}.`);
  return {
    figures: {
      recordsPaged: left.records,
      editsWhilePaging: edits.count,
      editsAtOneInstant: atOneInstant,
      editsDuringRuns: during + again,
    },
    checks: [
      { name: 'changesMissedByPaging', value: left.missing + left.surplus, most: 0 },
      { name: 'editsThatCameTooLate', value: during + again < 10 ? 1 : 0, most: 0 },
      ...checkEvents('paging', await place.evidence()),
    ],
  };
}

/** Spreads the edits over the run; answers how many were made before its end. */
async function editWhile(place: ClioPlace, runId: string | null, count: number, edit: () => void): Promise<number> {
  const finished = { at: Infinity };
  const over = place.finished(runId).then(() => (finished.at = performance.now()));
  let during = 0;
  for (let done = 0; done < count; done += 1) {
    edit();
    if (finished.at === Infinity) during += 1;
    await wait(3);
  }
  await over;
  return during;
}

/** All within the same second of Clio's clock, which stands still meanwhile. */
function editAtOnce({ sandbox }: ClioPlace, activities: readonly number[], edits: ClioEdits): void {
  const { clock } = sandbox.control;
  const instant = clock.now();
  for (const id of activities) {
    clock.set(instant);
    edits.edit('activities', id);
  }
}

const edgesOf = (ids: readonly number[]) => [199, 200].flatMap((at) => ids[at] ?? []);
