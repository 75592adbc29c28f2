import { elapsedMs, fractionOf, percentOf, rateOf } from './progress.js';

type Run = Parameters<typeof percentOf>[0];
type Resource = Run['resources'][number];

function aResource(facts: Partial<Resource> = {}): Resource {
  return {
    resource: 'contacts',
    state: 'fetching',
    pages: 0,
    calls: 0,
    records: 0,
    changed: 0,
    applied: 0,
    events: 0,
    rejected: 0,
    expected: null,
    percent: null,
    startedAt: null,
    finishedAt: null,
    reason: null,
    ...facts,
  };
}

function aRun(resources: Resource[], facts: Partial<Run> = {}): Run {
  return {
    runId: 'run',
    connectionId: 'connection',
    provider: 'clio',
    mode: 'initial',
    state: 'running',
    startedAt: '2026-01-15T10:00:00.000Z',
    finishedAt: null,
    percent: null,
    calls: 0,
    secondsLeft: null,
    resources,
    ...facts,
  };
}

it('follows the count of the provider while reading and what was applied afterwards', () => {
  expect(fractionOf(aResource({ records: 100, expected: 400 }))).toBeCloseTo(0.225);
  expect(fractionOf(aResource({ state: 'applying', records: 400, expected: 400, changed: 400, applied: 200 }))).toBe(
    0.95,
  );
});

it('moves on with each page when the provider gives no count', () => {
  const steps = [0, 1, 2, 10].map((pages) => fractionOf(aResource({ pages })));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps.at(-1)).toBeLessThan(0.9);
});

it('never says 100 percent before the run is over', () => {
  const resources = [aResource({ state: 'completed' })];
  expect(percentOf(aRun(resources))).toBe(99);
  expect(percentOf(aRun(resources, { finishedAt: '2026-01-15T10:00:10.000Z' }))).toBe(100);
  expect(percentOf(aRun([]))).toBe(0);
});

it('weighs a resource by the calls it needs', () => {
  const small = aResource({ state: 'completed', pages: 1, records: 10 });
  const large = aResource({ records: 0, expected: 3_800 });
  expect(percentOf(aRun([small, large]))).toBe(5);
});

it('counts a failed resource as over', () => {
  expect(percentOf(aRun([aResource({ state: 'failed' }), aResource({ state: 'waiting' })]))).toBe(50);
});

it('knows the rate of a run, also when clocks disagree', () => {
  const run = aRun([aResource({ records: 50 })]);
  const start = Date.parse(run.startedAt);
  expect(rateOf(run, start + 10_000)).toBe(5);
  expect(rateOf(run, start - 5_000)).toBeNull();
  expect(elapsedMs(run, start - 5_000)).toBe(0);
});
