import { until } from '../until.js';
import { compareData } from '../findings.js';
import type { PartFindings } from '../part-findings.js';
import { callMoments, type CallMoment, type ClioOrder } from './clio-protocol.js';
import type { ClioPlace } from './clio-place.js';
import { pick, type ClioStory } from './clio-story.js';
import { checkEvents } from './told-once.js';

const replicas = 3;
const pages = { CLIO_SYNC_CONCURRENCY: '1', CLIO_PAGE_LEASE_SECONDS: '2' };
const killWithinMs = 60_000;
const mostRuns = 8;

/** Three replicas read a page each; again and again one of them dies at a random page, somewhere in its work. */
export async function killedPages(story: ClioStory): Promise<PartFindings> {
  const matters = story.scaled(600, 60);
  const calm = await story.place({ name: 'calm', matters, isSabotaged: false });
  await calm.startReplica();
  await calm.syncAtFirst();
  await calm.stopReplicas();
  const expected = await calm.evidence();
  const place = await story.place({ name: 'kills', matters, env: pages });
  await Promise.all(Array.from({ length: replicas }, () => place.startReplica()));
  await place.connect();
  const told = await killAll(place, story);
  const kills = killsOf(place);
  const evidence = await place.evidence();
  const differences = Object.values(compareData(evidence, expected)).reduce((sum, count) => sum + count, 0);
  return {
    figures: {
      kills,
      ...Object.fromEntries(callMoments.map((moment) => [`kills ${moment}`, told.moments.get(moment) ?? 0])),
      pagesRead: told.pages,
      pagesFetchedAgainAfterKills: told.again,
      runsWithKills: told.runs,
    },
    checks: [
      { name: 'killsNotDone', value: told.wanted - kills, most: 0 },
      { name: 'replicasThatEndedByThemselves', value: unexpectedEndsOf(place), most: 0 },
      { name: 'recordsAndEntitiesDifferentAfterKills', value: differences, most: 0 },
      { name: 'pagesFetchedAgain', value: told.again, most: kills, words: 'one a kill' },
      ...checkEvents('kills', evidence),
    ],
  };
}

const killsOf = ({ replicas: all }: ClioPlace) => all.reduce((sum, one) => sum + one.kills, 0);
const unexpectedEndsOf = ({ replicas: all }: ClioPlace) => all.reduce((sum, one) => sum + one.unexpectedEnds, 0);

interface Killed {
  readonly wanted: number;
  readonly moments: ReadonlyMap<CallMoment, number>;
  pages: number;
  again: number;
  runs: number;
}

/** Goes on in further runs that read everything again when the first one is over too soon. */
async function killAll(place: ClioPlace, { random, scaled }: ClioStory): Promise<Killed> {
  const moments = new Map<CallMoment, number>();
  const told: Killed = { wanted: scaled(50, 5), moments, pages: 0, again: 0, runs: 0 };
  let runId: string | null = null;
  for (; killsOf(place) < told.wanted && told.runs < mostRuns; told.runs += 1) {
    if (told.runs > 0) runId = await place.demo.startRun(place.connectionId, 'manual');
    const isOver = () => place.isOver(runId);
    while (killsOf(place) < told.wanted && !(await isOver())) {
      const moment = pick(random, callMoments);
      const claim = place.file(`claim-${killsOf(place)}-${told.runs}-${moment}`);
      const order: ClioOrder = { kind: 'die', moment, claim, after: Math.floor(random() * 2) };
      if (await killOne(place, order, isOver)) moments.set(moment, (moments.get(moment) ?? 0) + 1);
    }
    for (const replica of place.replicas) replica.tell({ kind: 'live' } satisfies ClioOrder);
    await Promise.all(place.replicas.map((replica) => replica.ready()));
    await place.finished(runId);
    const fetched = pagesFetched(place);
    told.pages += fetched.different;
    told.again += fetched.again;
  }
  return told;
}

/** false when the run is over before anybody has died. */
async function killOne(place: ClioPlace, order: ClioOrder, isOver: () => Promise<boolean>): Promise<boolean> {
  const before = killsOf(place);
  let over = false;
  const isDone = async () => {
    // Those that were just started have not heard of it yet.
    for (const replica of place.replicas) if (replica.runs) replica.tell(order, { isDeadly: true });
    over = await isOver();
    return over || killsOf(place) > before;
  };
  await until(isDone, { timeoutMs: killWithinMs, intervalMs: 20, what: () => `a death ${JSON.stringify(order)}` });
  return killsOf(place) > before;
}

/** Pages that Clio gave in this run, and how many of them again. */
function pagesFetched({ sandbox }: ClioPlace): { different: number; again: number } {
  const { requests } = sandbox.control;
  const asked = requests
    .recent()
    .filter(({ method, status, query }) => method === 'GET' && status === 200 && query.includes('fields='))
    .map(({ path, query }) => `${path}?${query}`);
  requests.clear();
  const different = new Set(asked).size;
  return { different, again: asked.length - different };
}
