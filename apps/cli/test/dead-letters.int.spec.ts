import { AppError, auditMessages } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aDeadLetter, aDeadLetterGroup } from '../../gateway/test/builders/platform.js';
import { openLocalBroker, TestGateway, type TestBroker } from '../../gateway/test/gateway-harness.js';
import { against, widthOf } from './cli-harness.js';

const { searchDeadLetters, resendDeadLetters, discardDeadLetters, editDeadLetter } = auditMessages;

let broker: TestBroker;
let gateway: TestGateway;

beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker);
  await gateway.start('audit-log');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
}, 60_000);
beforeEach(() => gateway.platform.reset());

const asked = (contract: { readonly type: string }) => gateway.platform.of(contract).map(({ data }) => data);
const firmbridge = (line: string, ...more: string[]) => against(gateway)(line, ...more);
const person = (answer: boolean) => against(gateway, { canAsk: true, answer });

describe('firmbridge dead-letters list', () => {
  it('shows those that wait, with why, within 100 columns', async () => {
    const letter = aDeadLetter({ queue: 'mapping.normalize-backfill', errorMessage: 'x'.repeat(400) });
    gateway.platform.deadLetters = [letter, aDeadLetter({ state: 'discarded' })];
    const { exitCode, printed, told } = await firmbridge('dead-letters list');
    expect(exitCode).toBe(0);
    for (const text of [
      letter.deadLetterId,
      'in mapping.normalize-backfill, 5 attempts',
      'connection.unknown',
      '3 min ago',
    ])
      expect(printed).toContain(text);
    expect(printed).not.toContain('discarded');
    expect(widthOf(printed)).toBe(100);
    expect(told).toContain('firmbridge dead-letters show ID');
  });

  it('shows what became of the others when asked', async () => {
    gateway.platform.deadLetters = [aDeadLetter({ state: 'discarded' })];
    expect((await firmbridge('dead-letters list --state any')).printed).toContain('discarded');
  });

  it('asks for pages until there are enough', async () => {
    gateway.platform.deadLetters = Array.from({ length: 130 }, () => aDeadLetter());
    const outcome = await firmbridge('dead-letters list --limit 120 --json');
    expect(outcome.json<{ deadLetters: unknown[] }>().deadLetters).toHaveLength(120);
    expect(gateway.platform.of(searchDeadLetters)).toHaveLength(3);
  });

  it('says that there are more', async () => {
    gateway.platform.deadLetters = [aDeadLetter(), aDeadLetter()];
    expect((await firmbridge('dead-letters list --limit 1')).told).toContain('There are more');
  });

  it('passes on what it is narrowed to', async () => {
    const { told } = await firmbridge('dead-letters list --queue q --type t --fingerprint f --state resent --platform');
    expect(told).toBe('');
    expect(asked(searchDeadLetters)).toEqual([
      { scope: 'platform', queue: 'q', type: 't', fingerprint: 'f', state: 'resent', limit: 20, cursor: null },
    ]);
  });

  it('says what an empty list means', async () => {
    const { exitCode, printed } = await firmbridge('dead-letters list');
    expect([exitCode, printed.split('\n')]).toEqual([
      0,
      [
        'No message waits for a decision. One whose last attempt fails, or that cannot be read, is set aside and shown here.',
        'Messages whose firm cannot be read are shown with --platform.',
      ],
    ]);
    expect((await firmbridge('dead-letters list --queue q')).printed).toContain('No message matches.');
  });

  it('gives programs what the API answered', async () => {
    const letter = aDeadLetter();
    gateway.platform.deadLetters = [letter];
    const outcome = await firmbridge('dead-letters list --json');
    expect(outcome.json()).toEqual({ deadLetters: [letter], nextCursor: null });
    expect(outcome.told).toBe('');
  });

  it.each(['--state lost', '--limit 0', '--limit many', '--colour red', 'more'])('refuses %s', async (flags) => {
    const { exitCode, told, printed } = await firmbridge(`dead-letters list ${flags}`);
    expect([exitCode, printed]).toEqual([2, '']);
    expect(told).toMatch(/^error: /);
    expect(gateway.platform.received).toEqual([]);
  });
});

describe('firmbridge dead-letters groups', () => {
  it('shows causes with how many, and what to do about them', async () => {
    gateway.platform.groups = [aDeadLetterGroup({ count: 12_345, fingerprint: 'f'.repeat(64) })];
    const { printed, told } = await firmbridge('dead-letters groups');
    for (const text of ['12,345', 'f'.repeat(64), 'There is no connection <id>.']) expect(printed).toContain(text);
    expect(widthOf(printed)).toBe(100);
    expect(told).toContain('resend --fingerprint FINGERPRINT');
  });

  it('says that nothing waits', async () => {
    expect((await firmbridge('dead-letters groups --platform')).printed).toBe('No message waits for a decision.');
  });
});

describe('firmbridge dead-letters show', () => {
  it('shows all about one and what can be done', async () => {
    const letter = aDeadLetter();
    gateway.platform.deadLetters = [letter];
    gateway.platform.body = '{"id":"1","data":{"runId":null}}';
    const { exitCode, printed } = await firmbridge('dead-letters show', letter.deadLetterId);
    expect(exitCode).toBe(0);
    for (const text of [
      `Dead letter ${letter.deadLetterId}: waiting`,
      'firmbridge.clio-sync.start-run.v1 (command)',
      'clio-sync.start-run, after 5 attempts',
      '2026-01-15T10:00:00.000Z (3 min ago)',
      'x-attempt  5',
      '    "runId": null',
      `firmbridge dead-letters edit ${letter.deadLetterId} --data FILE --reason TEXT`,
    ])
      expect(printed).toContain(text);
  });

  it('offers only what can be done: an event cannot be edited, a lost body not resent, a decision not taken twice', async () => {
    const lost = aDeadLetter({ kind: 'event', bodyIsKept: false });
    const over = aDeadLetter({ state: 'discarded', reason: 'Nobody needs it.', decidedAt: '2026-01-15T10:01:00.000Z' });
    gateway.platform.deadLetters = [lost, over];
    const { printed } = await firmbridge('dead-letters show', lost.deadLetterId);
    expect(printed).toContain('dead-letters discard');
    expect(printed).not.toMatch(/dead-letters (edit|resend)/);
    expect((await firmbridge('dead-letters show', over.deadLetterId)).printed).not.toContain('firmbridge dead-letters');
  });

  it('does not let a message steer the terminal', async () => {
    const letter = aDeadLetter({ errorMessage: '\u001b[2Jgone' });
    gateway.platform.deadLetters = [letter];
    gateway.platform.body = 'not JSON\n\u001b]0;title\u0007';
    const { printed } = await firmbridge('dead-letters show', letter.deadLetterId);
    expect(printed).toContain('not JSON\n  \ufffd]0;title\ufffd');
    for (const control of ['\u001b', '\u0007']) expect(printed).not.toContain(control);
  });

  it('says that there is none, and what to do', async () => {
    const { exitCode, told } = await firmbridge('dead-letters show', randomUUID());
    expect([exitCode, told]).toEqual([
      1,
      'There is no such dead letter.\nCheck the id; the record may have been deleted.',
    ]);
    expect((await firmbridge('dead-letters show 42')).exitCode).toBe(2);
  });
});

describe('firmbridge dead-letters resend', () => {
  it('sends named ones again without asking', async () => {
    const letters = [aDeadLetter(), aDeadLetter()];
    gateway.platform.deadLetters = letters;
    const ids = letters.map(({ deadLetterId }) => deadLetterId);
    const { exitCode, printed } = await firmbridge('dead-letters resend --per-second 50', ...ids);
    expect([exitCode, printed]).toEqual([
      0,
      '2 messages on the way, the last of them due 2026-01-15T10:00:04.000Z (2 min ago).',
    ]);
    expect(asked(resendDeadLetters)).toEqual([
      { scope: 'tenant', selection: { deadLetterIds: ids, fingerprint: null, queue: null }, perSecond: 50 },
    ]);
  });

  it('fails when none of the named ones waits', async () => {
    const letter = aDeadLetter({ state: 'resent' });
    gateway.platform.deadLetters = [letter];
    const { exitCode, told } = await firmbridge('dead-letters resend', letter.deadLetterId);
    expect([exitCode, told]).toEqual([1, expect.stringContaining('None of the named messages is sent again')]);
  });

  it('shows how many a cause has and asks before it goes on', async () => {
    const other = { fingerprint: 'f1', queue: 'auth.create-pairing', errorCode: 'message.invalid' };
    gateway.platform.deadLetters = [
      ...Array.from({ length: 3 }, () => aDeadLetter({ fingerprint: 'f1' })),
      aDeadLetter(other),
      aDeadLetter(),
    ];
    const { exitCode, printed, told, terminal } = await person(true)('dead-letters resend --fingerprint f1');
    expect(told.split('\n')).toEqual([
      '4 messages waiting for a decision:',
      '        3  clio-sync.start-run: connection.unknown',
      '        1  auth.create-pairing: message.invalid',
    ]);
    expect(terminal.asked).toEqual(['Send them again, to each queue at most 10 a second?']);
    expect([exitCode, printed]).toEqual([0, expect.stringContaining('4 messages on the way')]);
  });

  it('changes nothing when the person says no', async () => {
    gateway.platform.deadLetters = [aDeadLetter()];
    const { exitCode, told } = await person(false)('dead-letters resend --queue clio-sync.start-run');
    expect([exitCode, told]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
    expect(gateway.platform.of(resendDeadLetters)).toEqual([]);
  });

  it('needs --yes where nobody can be asked', async () => {
    gateway.platform.deadLetters = [aDeadLetter()];
    const { exitCode, told } = await firmbridge('dead-letters resend --queue clio-sync.start-run');
    expect([exitCode, told]).toEqual([2, expect.stringContaining('add --yes')]);
    expect(gateway.platform.of(resendDeadLetters)).toEqual([]);
    expect((await firmbridge('dead-letters resend --queue clio-sync.start-run --yes')).exitCode).toBe(0);
    expect(gateway.platform.of(resendDeadLetters)).toHaveLength(1);
  });

  it('says that nothing matches without asking', async () => {
    const { exitCode, printed, terminal } = await person(true)('dead-letters resend --queue nothing.here');
    expect([exitCode, printed]).toEqual([0, 'No message that waits for a decision matches.']);
    expect(terminal.asked).toEqual([]);
  });

  it('decides again until none is left, and tells what cannot be sent', async () => {
    gateway.platform.largestDecision = 2;
    gateway.platform.deadLetters = [
      ...Array.from({ length: 5 }, () => aDeadLetter()),
      aDeadLetter({ bodyIsKept: false }),
    ];
    const outcome = await firmbridge('dead-letters resend --queue clio-sync.start-run --yes --json');
    expect(outcome.json()).toEqual({
      accepted: 5,
      lastDueAt: '2026-01-15T10:00:04.000Z',
      notResendable: 1,
      left: 0,
    });
    expect(gateway.platform.of(resendDeadLetters)).toHaveLength(3);
    const { printed } = await firmbridge('dead-letters resend --queue clio-sync.start-run --yes');
    expect(printed).toContain('1 message cannot be sent again, because too little of the body was kept.');
  });

  it('wants to know which', async () => {
    const { exitCode, told } = await firmbridge('dead-letters resend');
    expect([exitCode, told]).toEqual([2, 'Say which messages: give their ids, --fingerprint or --queue.']);
  });

  it('passes on that the caller may not, also to programs', async () => {
    gateway.platform.refusal = new AppError('forbidden', 'dead_letter.forbidden', 'Only operators decide.');
    const { exitCode, told } = await firmbridge('dead-letters resend --queue q --yes');
    expect([exitCode, told]).toEqual([1, 'Only operators decide.\nGrant the missing permission, then try again.']);
    const machine = await firmbridge('dead-letters resend --queue q --yes --json');
    expect(JSON.parse(machine.told)).toMatchObject({ status: 403, code: 'dead_letter.forbidden' });
    expect(machine.printed).toBe('');
  });
});

describe('firmbridge dead-letters discard', () => {
  it('discards a cause with the reason, after asking', async () => {
    gateway.platform.deadLetters = [aDeadLetter(), aDeadLetter()];
    gateway.platform.largestDecision = 1;
    const argv = ['dead-letters discard --queue clio-sync.start-run --reason', 'The firm has left.'] as const;
    const { exitCode, printed, terminal } = await person(true)(...argv);
    expect([exitCode, printed]).toEqual([0, '2 messages discarded.']);
    expect(terminal.asked).toHaveLength(1);
    const selection = { deadLetterIds: null, fingerprint: null, queue: 'clio-sync.start-run' };
    const decision = { scope: 'tenant', selection, reason: 'The firm has left.' };
    expect(asked(discardDeadLetters)).toEqual([decision, decision]);
  });

  it('does not go without a reason', async () => {
    const id = randomUUID();
    expect((await firmbridge('dead-letters discard', id)).exitCode).toBe(2);
    expect((await firmbridge('dead-letters discard --reason', ' ', id)).exitCode).toBe(2);
    expect(gateway.platform.received).toEqual([]);
  });

  it('fails when none of the named ones waits', async () => {
    const outcome = await firmbridge('dead-letters discard --json --reason r', randomUUID());
    expect([outcome.exitCode, outcome.json()]).toEqual([1, { discarded: 0, left: 0 }]);
  });
});

describe('firmbridge dead-letters edit', () => {
  const deadLetterId = randomUUID();
  const edit = `dead-letters edit ${deadLetterId} --reason corrected --data`;
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-cli-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('sends the data of a file', async () => {
    const file = path.join(folder, 'data.json');
    writeFileSync(file, '{"runId": "r1"}');
    const { exitCode, printed } = await firmbridge(edit, file);
    expect([exitCode, printed]).toEqual([0, expect.stringMatching(/^Sent as message [0-9a-f-]{36};/)]);
    expect(asked(editDeadLetter)).toEqual([{ deadLetterId, data: { runId: 'r1' }, reason: 'corrected' }]);
  });

  it('sends the data of the standard input', async () => {
    const outcome = await against(gateway, { input: '{"runId": "r2"}' })(`${edit} - --json`);
    expect(outcome.json()).toEqual({ messageId: expect.any(String) });
    expect(asked(editDeadLetter)).toEqual([{ deadLetterId, data: { runId: 'r2' }, reason: 'corrected' }]);
  });

  it.each([
    ['{"runId":', 'The standard input is not JSON'],
    ['[1]', 'The standard input must hold a JSON object'],
  ])('refuses %s', async (input, why) => {
    const { exitCode, told } = await against(gateway, { input })(`${edit} -`);
    expect([exitCode, told]).toEqual([2, expect.stringContaining(why)]);
    expect(gateway.platform.received).toEqual([]);
  });

  it('refuses a file that is not there', async () => {
    const { exitCode, told } = await firmbridge(edit, 'nowhere.json');
    expect([exitCode, told]).toEqual([2, expect.stringContaining('nowhere.json cannot be read')]);
  });
});
