import type { FaultRuleInput } from '@firmbridge/sandbox';
import { setTimeout as wait } from 'node:timers/promises';
import type { PartFindings } from '../part-findings.js';
import { differencesIn } from './clio-differences.js';
import { ClioEdits } from './clio-edits.js';
import type { ClioPlace } from './clio-place.js';
import type { ClioStory } from './clio-story.js';
import { checkEvents } from './told-once.js';

/** About every third answer is none that could be used. */
const weather: readonly Pick<FaultRuleInput, 'probability' | 'fault'>[] = [
  { probability: 0.3, fault: { kind: 'latency', ms: 120 } },
  { probability: 0.08, fault: { kind: 'status', status: 500 } },
  { probability: 0.06, fault: { kind: 'status', status: 503, headers: { 'Retry-After': '1' } } },
  { probability: 0.04, fault: { kind: 'html-body', status: 502 } },
  { probability: 0.04, fault: { kind: 'html-body', status: 200 } },
  { probability: 0.05, fault: { kind: 'truncated-body' } },
  { probability: 0.05, fault: { kind: 'reset-connection' } },
];
const rounds = 2;
const mostRuns = 4;

/** Clio answers slowly, with errors, with web pages and with halves of answers, from the first page on, while people go on working. */
export async function badWeather(story: ClioStory): Promise<PartFindings> {
  const env: Record<string, string> = story.sabotage === 'failed-counts-as-read' ? { CLIO_PAGE_ATTEMPTS: '1' } : {};
  const place = await story.place({ name: 'weather', matters: story.scaled(120, 30), env });
  await place.startReplica();
  await place.connect();
  const { faults } = place.sandbox.control;
  for (const rule of weather) faults.add({ provider: 'clio', path: '/api/v4/*', ...rule });
  const edits = new ClioEdits(place);
  const first = await place.finished(null);
  for (let round = 0; round < rounds; round += 1) {
    const runId = await place.demo.startRun(place.connectionId);
    await wait(50);
    await edits.everywhere(1, story.random);
    await place.finished(runId);
  }
  const suffered = faults.list().reduce((sum, { fired }) => sum + fired, 0);
  const inTheStorm = await differencesIn(withFairWeather(place));
  let runs = 0;
  let left = inTheStorm;
  for (; runs < mostRuns && (runs === 0 || left.missing > 0); runs += 1) {
    await place.run();
    left = await differencesIn(place);
  }
  if (left.missing > 0) story.tell(`Not converged: ${left.resources.join(', ')}.`);
  return {
    figures: {
      requestsThatSuffered: suffered,
      editsInBadWeather: edits.count,
      resourcesFailedAtFirst: first.resources.filter(({ state }) => state === 'failed').length,
      recordsBehindWhenItCleared: inTheStorm.missing,
      runsUntilConverged: runs,
    },
    checks: [
      { name: 'recordsWrongAfterBadWeather', value: left.missing + left.surplus, most: 0 },
      { name: 'badWeatherThatWasNone', value: suffered < 10 ? 1 : 0, most: 0 },
      ...checkEvents('weather', await place.evidence()),
    ],
  };
}

function withFairWeather(place: ClioPlace): ClioPlace {
  place.sandbox.control.faults.clear();
  return place;
}
