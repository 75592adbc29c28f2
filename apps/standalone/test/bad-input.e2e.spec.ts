import { jest } from '@jest/globals';
import type { Run } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(120_000);

const services = ['audit-log', 'auth', 'mapping', 'ghl-sync', 'clio-sync'];

let platform: TestPlatform;

async function start(fault?: (platform: TestPlatform) => void): Promise<Run> {
  platform = await startTestPlatform({
    amqpUrl: null,
    only: services,
    overrides: { 'clio-sync': { CLIO_PAGE_ATTEMPTS: '2' } },
  });
  fault?.(platform);
  await platform.demo.connect('clio');
  return finishedRun(platform);
}

const stateOf = (run: Run, name: string) => run.resources.find(({ resource }) => resource === name);
const notCompleted = (run: Run) =>
  run.resources.filter(({ state }) => state !== 'completed').map(({ resource }) => resource);

afterEach(async () => {
  await platform.stop();
});

it.each([
  ['a null where an id belongs', 'null-id' as const],
  ['a value of the wrong type', 'wrong-type' as const],
])('sets a record with %s aside and takes all others', async (_name, how) => {
  const run = await start(({ sandbox }) =>
    sandbox.control.faults.add({ path: '*/matters.json', fault: { kind: 'malformed-record', index: 2, how } }),
  );
  const matters = stateOf(run, 'matters');
  expect(notCompleted(run)).toEqual([]);
  expect(matters).toMatchObject({ records: 5, events: 4, rejected: 1 });
  const problems = await platform.demo.problems();
  expect(problems.map(({ code, resource }) => `${code} ${resource}`)).toEqual(['clio.record_malformed matters']);
});

it.each([
  ['HTML', 'html-body' as const],
  ['a body cut short', 'truncated-body' as const],
])('gives up a resource that answers with %s, names the reason and completes all others', async (_name, kind) => {
  const run = await start(({ sandbox }) => sandbox.control.faults.add({ path: '*/bills.json', fault: { kind } }));
  expect(run.state).toBe('failed');
  expect(notCompleted(run)).toEqual(['bills']);
  expect(stateOf(run, 'bills')?.reason).toMatch(/clio\.bills\.list/);

  platform.sandbox.control.faults.clear();
  const { connectionId } = await platform.demo.connect('clio');
  const next = await finishedRun(platform, await platform.demo.startRun(connectionId));
  expect(stateOf(next, 'bills')).toMatchObject({ state: 'completed', records: 5, events: 5 });
});

it('leaves a resource out that the app may not read, names the permission, and reads it after the account is connected again', async () => {
  const refused = { kind: 'status' as const, status: 403 };
  const run = await start(({ sandbox }) => sandbox.control.faults.add({ path: '*/bills.json', fault: refused }));
  expect(notCompleted(run)).toEqual(['bills']);
  expect(stateOf(run, 'bills')?.reason).toMatch(/Switch on the permission "Billing"/);
  const problems = await platform.demo.problems();
  expect(problems.map(({ code, resource }) => `${code} ${resource}`)).toEqual(['clio.permission_missing bills']);

  platform.sandbox.control.faults.clear();
  platform.sandbox.control.clio.revokeTokens();
  const parked = await platform.demo.startRun(run.connectionId);
  await eventually(async () => expect(await platform.demo.newestRun()).toMatchObject({ state: 'parked' }));
  await platform.demo.connect('clio');
  expect(notCompleted(await finishedRun(platform, parked))).toEqual(['bills']);
  const caughtUp = await eventually(async () => {
    const newest = await finishedRun(platform);
    return newest.runId === parked ? null : newest;
  });
  expect(notCompleted(caughtUp)).toEqual([]);
  expect(stateOf(caughtUp, 'bills')).toMatchObject({ records: 5, events: 5 });
});

it('parks the work of a revoked token and goes on after the account is connected again', async () => {
  await start();
  const { connectionId } = await platform.demo.connect('clio');
  platform.sandbox.control.clio.revokeTokens();
  const runId = await platform.demo.startRun(connectionId);
  const parked = await eventually(async () => {
    const run = await platform.demo.newestRun();
    return run?.runId === runId && run.state === 'parked' ? run : null;
  });
  expect(parked.finishedAt).toBeNull();
  expect((await platform.demo.connections()).map(({ status }) => status)).toEqual(['reauthorization_required']);

  const again = await platform.demo.connect('clio');
  expect(again.connectionId).toBe(connectionId);
  expect(notCompleted(await finishedRun(platform, runId))).toEqual([]);
});
