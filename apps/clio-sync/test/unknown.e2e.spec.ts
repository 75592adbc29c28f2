import { randomUUID } from 'node:crypto';
import { authMessages, mappingMessages, syncMessages } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { RunningServices } from '../../../libs/service/test/running-services.js';
import { clioSync } from '../src/index.js';

const { startRun, getRuns } = syncMessages.clioSyncMessages;

let services: RunningServices;

beforeAll(async () => {
  services = await RunningServices.open(randomUUID(), [clioSync.schema]);
  await services.start(clioSync);
});
afterAll(() => services?.stop());

const aRun = (overrides: { connectionId?: string; resources?: string[] } = {}) => ({
  runId: randomUUID(),
  connectionId: randomUUID(),
  mode: 'manual' as const,
  resources: [],
  ...overrides,
});

const connection = { ...authMessages.connectionEstablished.data.parse(authMessages.connectionEstablished.example) };

describe('a command about something unknown', () => {
  it('becomes a dead letter that names the connection, when it stays unknown', async () => {
    const run = aRun();
    await services.lastAttempt('clio-sync.start-run', startRun, run);
    expect(await services.deadLetter('clio-sync.start-run')).toMatchObject({
      code: 'clio-sync.connection_unknown',
      reason: `The tenant of this message has no connection ${run.connectionId} that clio-sync knows of.`,
    });
  });

  it('waits for the connection that is only late, and the consumer goes on meanwhile', async () => {
    const connectionId = randomUUID();
    const early = aRun({ connectionId, resources: ['users'] });
    await services.publish(startRun, early);
    await services.publish(startRun, aRun({ connectionId, resources: ['typewriters'] }));
    expect(await services.deadLetter('clio-sync.start-run')).toEqual({
      code: 'clio-sync.resource_unknown',
      reason: 'clio-sync reads no typewriters of clio.',
      attempts: 1,
    });
    // Its first run is the initial one, so the late command finds it running: what counts is that it was not lost.
    await services.publish(authMessages.connectionEstablished, { ...connection, connectionId });
    await eventually(async () => {
      const { runs } = await services.ask(getRuns, { runId: null, limit: 10 });
      expect(runs.some((run) => run.connectionId === connectionId)).toBe(true);
    });
  });

  it('is a problem and no failure when the connection was disconnected', async () => {
    const connectionId = randomUUID();
    const { connectionEstablished, connectionDisconnected } = authMessages;
    await services.publish(connectionEstablished, { ...connection, connectionId });
    await eventually(async () => {
      const { runs } = await services.ask(getRuns, { runId: null, limit: 10 });
      expect(runs.some((run) => run.connectionId === connectionId)).toBe(true);
    });
    await services.publish(connectionDisconnected, { connectionId, provider: 'clio' });
    const problems = await services.heard(syncMessages.problemRaised);
    const run = aRun({ connectionId });
    await eventually(async () => {
      await services.publish(startRun, run);
      expect(problems).toContainEqual(
        expect.objectContaining({
          data: expect.objectContaining({ code: 'clio-sync.connection_disconnected' }) as object,
        }),
      );
    });
  });
});

it('sets aside the applied page of a run that never was', async () => {
  const runId = randomUUID();
  const applied = mappingMessages.recordsApplied.data.parse(mappingMessages.recordsApplied.example);
  await services.publish(mappingMessages.recordsApplied, { ...applied, provider: 'clio', runId, resource: 'matters' });
  expect(await services.deadLetter('clio-sync.note-applied')).toEqual({
    code: 'clio-sync.run_unknown',
    reason: `The tenant of this message has no run ${runId} with the resource matters that clio-sync knows of.`,
    attempts: 1,
  });
});
