import type { Run } from '@firmbridge/contracts';
import type { PartFindings } from '../part-findings.js';
import { until } from '../until.js';
import { differencesIn } from './clio-differences.js';
import type { ClioPlace } from './clio-place.js';
import type { ClioStory } from './clio-story.js';

const resource = 'activities';
const path = '/api/v4/activities';
const runWithinMs = 40_000;
/** Whoever follows a circle for so long does not notice it. */
const mostRequests = 30;

const circles = [
  { words: 'the first page leads to itself', what: 'address', after: 0 },
  { words: 'a later page leads back to the first', what: 'address', after: 2 },
  { words: 'every page has the same records', what: 'records', after: 0 },
] as const;

/** Clio gives pages of one resource again and again; the others go on. */
export async function repeatedPages(story: ClioStory): Promise<PartFindings> {
  const place = await story.place({ name: 'repeats', matters: story.scaled(120, 90) });
  await place.startReplica();
  await place.syncAtFirst();
  let slowest = 0;
  let notNoticed = 0;
  let othersFailed = 0;
  for (const { words, what, after } of circles) {
    const { faults } = place.sandbox.control;
    place.sandbox.control.requests.clear();
    faults.add({ provider: 'clio', path: `${path}*`, after, fault: { kind: 'repeated-page', what } });
    const runId = await place.demo.startRun(place.connectionId, 'manual');
    const run = await ended(place, runId);
    // The first page that suffers is no repetition yet where all have its records.
    const requests = requestsOf(place) - after - (what === 'records' ? 1 : 0);
    faults.clear();
    const failed = run?.resources.filter(({ state }) => state === 'failed') ?? [];
    const isNoticed = failed.some(
      ({ resource: name, reason }) => name === resource && /read before/.test(reason ?? ''),
    );
    slowest = Math.max(slowest, requests);
    othersFailed += failed.filter(({ resource: name }) => name !== resource).length;
    if (isNoticed && requests <= 2) continue;
    notNoticed += 1;
    story.tell(`After ${requests} requests: ${words}.`);
    if (run === null) return findings({ slowest, notNoticed, othersFailed, missing: 0 });
  }
  await place.run();
  const { missing, surplus } = await differencesIn(place);
  return findings({ slowest, notNoticed, othersFailed, missing: missing + surplus });
}

interface Seen {
  readonly slowest: number;
  readonly notNoticed: number;
  readonly othersFailed: number;
  readonly missing: number;
}

function findings({ slowest, notNoticed, othersFailed, missing }: Seen): PartFindings {
  return {
    figures: { repetitions: circles.length },
    checks: [
      { name: 'requestsUntilARepetitionIsNoticed', value: slowest, most: 2 },
      { name: 'repetitionsNotNoticed', value: notNoticed, most: 0 },
      { name: 'otherResourcesFailed', value: othersFailed, most: 0 },
      { name: 'recordsWrongAfterRepetitions', value: missing, most: 0 },
    ],
  };
}

const requestsOf = ({ sandbox }: ClioPlace) =>
  sandbox.control.requests.recent().filter((request) => /^\/api\/v4\/activities(\.json)?$/.test(request.path)).length;

/** null when it does not end. */
async function ended(place: ClioPlace, runId: string): Promise<Run | null> {
  let run: Run | null = null;
  const isOver = async () => {
    run = await place.demo.newestRun(runId);
    return (run !== null && run.finishedAt !== null) || requestsOf(place) > mostRequests;
  };
  await until(isOver, { timeoutMs: runWithinMs, intervalMs: 50, what: () => 'an end of the run' }).catch(() => null);
  return requestsOf(place) > mostRequests ? null : run;
}
