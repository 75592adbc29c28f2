import { AppError, mappingMessages } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import { aReplay } from '../../gateway/test/builders/platform.js';
import { openLocalBroker, TestGateway, token, type TestBroker } from '../../gateway/test/gateway-harness.js';
import { against, run, widthOf, type TestTerminal } from './cli-harness.js';

const { replayEntities, cancelReplay } = mappingMessages;

let broker: TestBroker;
let gateway: TestGateway;

beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker);
  await gateway.start('mapping');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
}, 60_000);
beforeEach(() => gateway.platform.reset());

const firmbridge = (line: string, ...more: string[]) => against(gateway)(line, ...more);
const commands = () => gateway.platform.of<{ replayId: string }>(replayEntities);

describe('firmbridge replay start', () => {
  it('asks for what it is told and names the replay', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const line = `replay start --queue billing.contacts --type contact matter --id ${one} --id ${two} --per-second 50`;
    const { exitCode, printed, told } = await firmbridge(`${line} --from 2026-01-01 --to 2026-02-01T12:00:00+02:00`);
    const [command] = await eventually(() => commands().length > 0 && commands());
    expect(command?.data).toEqual({
      replayId: expect.any(String),
      queue: 'billing.contacts',
      entityTypes: ['contact', 'matter'],
      entityIds: [one, two],
      changedFrom: '2026-01-01T00:00:00.000Z',
      changedTo: '2026-02-01T10:00:00.000Z',
      perSecond: 50,
    });
    expect([exitCode, printed]).toEqual([0, `Replay ${command?.data.replayId} is accepted.`]);
    expect(told).toContain(`firmbridge replay show ${command?.data.replayId}`);
  });

  it('gives programs the id', async () => {
    const outcome = await firmbridge('replay start --queue billing.contacts --json');
    await eventually(() => expect(commands()[0]?.data.replayId).toBe(outcome.json()['replayId']));
  });

  it.each([
    '',
    '--queue q --type unicorn',
    '--queue q --id 42',
    '--queue q --from yesterday',
    '--queue q --per-second 0',
  ])('refuses "%s"', async (flags) => {
    const { exitCode, told } = await firmbridge(`replay start ${flags}`.trim());
    expect([exitCode, told]).toEqual([2, expect.stringMatching(/^error: /)]);
  });

  it('tells what the gateway finds wrong', async () => {
    const { exitCode, told } = await firmbridge('replay start --queue q --from 2026-02-01 --to 2026-01-01');
    expect([exitCode, told]).toEqual([1, 'changedTo: must be after changedFrom\nCorrect the named fields.']);
  });
});

describe('firmbridge replay start --follow', () => {
  /** Plays what mapping does with a replay: each look finds it further on. */
  async function follow(states: Parameters<typeof aReplay>[0][], terminal: Partial<TestTerminal> = {}, flags = '') {
    const following = against(gateway, terminal)(`replay start --queue billing.contacts --follow${flags}`);
    const [command] = await eventually(() => commands().length > 0 && commands());
    const looks = () => gateway.platform.of(mappingMessages.getReplays).length;
    for (const state of states) {
      const before = looks();
      gateway.platform.replays = [aReplay({ replayId: command?.data.replayId, ...state })];
      await eventually(() => looks() > before + 1 || state?.state !== undefined);
    }
    return { ...(await following), replayId: command?.data.replayId };
  }

  it('waits for its beginning, shows its progress and ends with it', async () => {
    const { exitCode, printed, told, replayId } = await follow([
      { sent: 0 },
      { sent: 250 },
      { sent: 1_000, state: 'completed' },
    ]);
    expect([exitCode, printed]).toEqual([0, `Replay ${replayId} is complete: 1,000 events in billing.contacts.`]);
    expect(told.split('\n')).toEqual([
      '──────────────────────── 0 of 1,000 (0 %), 5 s to go at least',
      '━━━━━━────────────────── 250 of 1,000 (25 %), 4 s to go at least',
      '━━━━━━━━━━━━━━━━━━━━━━━━ 1,000 of 1,000 (100 %)',
    ]);
  });

  it('writes over one line on a terminal and takes it away at the end', async () => {
    const { terminal, told } = await follow([{ sent: 250 }, { sent: 1_000, state: 'completed' }], { canRedraw: true });
    expect(terminal.drawn[0]).toContain('250 of 1,000');
    expect(terminal.drawn.at(-1)).toBe('');
    expect(told).toBe('');
  });

  it.each([
    ['failed', 'failed after 10 of 1,000 events: The queue is gone.'],
    ['cancelled', 'was cancelled after 10 of 1,000 events: The queue is gone.'],
  ] as const)('fails when the replay %s', async (state, sentence) => {
    const { exitCode, told } = await follow([{ state, sent: 10, reason: 'The queue is gone' }]);
    expect([exitCode, told]).toEqual([1, expect.stringContaining(sentence)]);
  });

  it('draws no bar for a replay that never began to send', async () => {
    const reason = 'There is no queue billing.contacts on the broker.';
    const { told, replayId } = await follow([{ state: 'failed', expected: 0, sent: 0, reason }]);
    expect(told).toBe(`Replay ${replayId} failed before anything was sent: ${reason}`);
  });

  it('gives programs the replay as it ended', async () => {
    const outcome = await follow([{ sent: 1_000, state: 'completed' }], {}, ' --json');
    expect(outcome.json()).toMatchObject({ state: 'completed', sent: 1_000 });
    expect(outcome.told).toBe('');
  });

  it('does not wait for ever for one that does not begin', async () => {
    const { exitCode, told } = await firmbridge('replay start --queue billing.contacts --follow');
    expect([exitCode, told]).toEqual([1, expect.stringContaining('was accepted and has not begun')]);
  });

  it('leaves the replay running when the person stops watching', async () => {
    const stop = new AbortController();
    const following = run(['replay', 'start', '--queue', 'billing.contacts', '--follow'], {
      env: { FIRMBRIDGE_URL: gateway.url, FIRMBRIDGE_TOKEN: token },
      signal: stop.signal,
    });
    await eventually(() => commands().length > 0);
    gateway.platform.replays = [aReplay({ replayId: commands()[0]?.data.replayId })];
    await eventually(() => gateway.platform.of(mappingMessages.getReplays).length > 2);
    stop.abort();
    const { exitCode, told } = await following;
    expect([exitCode, told]).toEqual([1, expect.stringContaining('The replay goes on unwatched')]);
    expect(gateway.platform.of(cancelReplay)).toEqual([]);
  });
});

describe('firmbridge replay list, show and cancel', () => {
  it('lists the newest within 100 columns', async () => {
    const replay = aReplay({ queue: `billing.${'long-'.repeat(12)}name`, entityTypes: ['contact', 'bill-line-item'] });
    gateway.platform.replays = [replay];
    const { printed } = await firmbridge('replay list');
    for (const text of [replay.replayId, 'running', '250 of 1,000', 'bill-line-item', '3 min ago'])
      expect(printed).toContain(text);
    expect(widthOf(printed)).toBe(100);
  });

  it('says what an empty list means', async () => {
    expect((await firmbridge('replay list')).printed).toContain('firmbridge replay start --queue QUEUE');
  });

  it('shows one', async () => {
    const replay = aReplay({ state: 'failed', finishedAt: '2026-01-15T10:02:00.000Z', reason: 'The queue is gone.' });
    gateway.platform.replays = [replay];
    const { printed } = await firmbridge('replay show', replay.replayId);
    for (const text of [
      `Replay ${replay.replayId}: failed`,
      '250 of 1,000, at most 200 a second',
      'The queue is gone.',
    ])
      expect(printed).toContain(text);
    expect((await firmbridge('replay show --json', replay.replayId)).json()).toEqual(replay);
  });

  it('ends one', async () => {
    const replay = aReplay();
    gateway.platform.replays = [replay];
    const { exitCode, printed } = await firmbridge('replay cancel', replay.replayId);
    expect([exitCode, printed]).toEqual([0, `Replay ${replay.replayId} was cancelled after 250 of 1,000 events.`]);
    expect(gateway.platform.of(cancelReplay)).toHaveLength(1);
  });

  it('passes on why one cannot be ended', async () => {
    gateway.platform.refusal = new AppError('conflict', 'replay.over', 'The replay is over.');
    const { exitCode, told } = await firmbridge('replay cancel', randomUUID());
    expect([exitCode, told]).toEqual([1, 'The replay is over.\nRead the current state and decide again.']);
  });
});
