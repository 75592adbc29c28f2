import { syncMessages, type Actor, type DeadLetter, type Envelope } from '@firmbridge/contracts';
import { AuditLogHarness, nameOf, operator, viewer, type Firm } from './audit-log-harness.js';
import { aNormalizeCommand, anEnvelope, normalizeRecords } from './builders/a-drained-letter.js';

let harness: AuditLogHarness;
beforeAll(async () => {
  harness = await AuditLogHarness.start();
});
afterAll(() => harness.stop());

async function someLetters(firm: Firm, count: number, queue = 'mapping.normalize-backfill'): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (let n = 0; n < count; n += 1) {
    const second = String(n).padStart(2, '0');
    letters.push(await firm.hasLetter({ queue, headers: { 'x-failed-at': `2026-01-15T10:00:${second}.000Z` } }));
  }
  return letters;
}

/** When each letter is due, in the order in which the letters failed. */
async function schedule(firm: Firm, queue: string): Promise<number[]> {
  const letters = await firm.letters({ state: 'resending', queue });
  return letters.reverse().map(({ resendAt }) => Date.parse(resendAt ?? ''));
}

const gaps = (instants: readonly number[]) => instants.slice(1).map((instant, index) => instant - instants[index]!);

describe('resending', () => {
  it('spaces the letters of a queue, the oldest first, beginning now', async () => {
    const firm = harness.aFirm();
    const letters = await someLetters(firm, 6, 'clio-sync.start-run');
    const reply = await firm.resend({ queue: 'clio-sync.start-run' }, 4);
    const due = await schedule(firm, 'clio-sync.start-run');
    expect(gaps(due)).toEqual([250, 250, 250, 250, 250]);
    expect(Math.abs(due[0]! - Date.now())).toBeLessThan(2_000);
    const lastDueAt = new Date(due.at(-1)!).toISOString();
    expect(reply).toEqual({ accepted: 6, lastDueAt, notResendable: 0, left: 0 });
    expect(await firm.letters({ state: 'resending' })).toEqual(
      letters.reverse().map((letter) => ({
        ...letter,
        state: 'resending',
        resendAt: expect.any(String) as string,
        decidedAt: expect.any(String) as string,
        decidedBy: nameOf(operator),
      })),
    );
  });

  it('follows what is to go into the same queue already, also of another tenant, and delays no other queue', async () => {
    const [firm, other] = [harness.aFirm(), harness.aFirm()];
    await someLetters(firm, 3, 'mapping.keep-links');
    await someLetters(other, 2, 'mapping.keep-links');
    await someLetters(other, 1, 'auth.create-pairing');
    await firm.resend({ queue: 'mapping.keep-links' }, 1);
    await other.resend({ queue: 'mapping.keep-links' }, 2);
    await other.resend({ queue: 'auth.create-pairing' }, 1);
    const due = [...(await schedule(firm, 'mapping.keep-links')), ...(await schedule(other, 'mapping.keep-links'))];
    expect(gaps(due)).toEqual([1_000, 1_000, 500, 500]);
    const [elsewhere] = await schedule(other, 'auth.create-pairing');
    expect(elsewhere).toBeLessThan(due[1]!);
  });

  it('takes a letter once, also when two people decide at the same moment', async () => {
    const firm = harness.aFirm();
    const letters = await someLetters(firm, 20);
    const deadLetterIds = letters.map(({ deadLetterId }) => deadLetterId);
    const replies = await Promise.all([
      firm.resend({ deadLetterIds }, 100),
      firm.resend({ deadLetterIds: deadLetterIds.toReversed() }, 100),
      firm.resend({ queue: 'mapping.normalize-backfill' }, 100),
      firm.resend({ fingerprint: letters[0]!.fingerprint }, 100),
    ]);
    expect(replies.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(20);
    expect(await firm.resend({ deadLetterIds })).toEqual({ accepted: 0, lastDueAt: null, notResendable: 0, left: 0 });
    expect(await firm.discard({ deadLetterIds })).toEqual({ discarded: 0, left: 0 });
    expect(gaps(await schedule(firm, 'mapping.normalize-backfill'))).toEqual(Array(19).fill(10));
  });

  it('takes what matches everything that was given', async () => {
    const firm = harness.aFirm();
    const [one, two] = await someLetters(firm, 3);
    await someLetters(firm, 1, 'mapping.keep-links');
    const which = { deadLetterIds: [one!.deadLetterId, two!.deadLetterId], queue: 'mapping.keep-links' };
    expect(await firm.resend(which)).toMatchObject({ accepted: 0 });
    expect(await firm.resend({ ...which, queue: one!.queue })).toMatchObject({ accepted: 2 });
  });

  it('refuses a selection of nothing in particular', async () => {
    const firm = harness.aFirm();
    const refusal = { kind: 'validation', code: 'dead_letter.no_selection' };
    await expect(firm.resend({})).rejects.toMatchObject(refusal);
    await expect(firm.discard({})).rejects.toMatchObject(refusal);
  });

  it('leaves out a letter whose body was too large to be kept, and says why when there is no other', async () => {
    const platform = harness.thePlatform();
    const queue = 'audit-log.keep-problems';
    const oversized = await platform.hasLetter({ queue, body: Buffer.alloc(5 * 1024 * 1024, 'x') });
    await expect(platform.resend({ deadLetterIds: [oversized.deadLetterId] })).rejects.toMatchObject({
      kind: 'validation',
      code: 'dead_letter.body_not_kept',
      message: expect.stringContaining('cannot be resent') as string,
    });
    await platform.hasLetter({ queue, body: Buffer.from('small') });
    expect(await platform.resend({ queue })).toMatchObject({ accepted: 1, notResendable: 1, left: 0 });
    expect(await platform.letters({ state: 'waiting', queue })).toEqual([oversized]);
  });

  it('takes ten thousand at a time and says what is left', async () => {
    const firm = harness.aFirm();
    await someLetters(firm, 1);
    await firm.query(
      `insert into dead_letter
       select (jsonb_populate_record(letter, jsonb_build_object('dead_letter_id', gen_random_uuid()))).*
       from dead_letter as letter, generate_series(1, 10004)`,
    );
    expect(await firm.resend({ queue: 'mapping.normalize-backfill' }, 200)).toMatchObject({
      accepted: 10_000,
      left: 5,
    });
    expect(await firm.resend({ queue: 'mapping.normalize-backfill' }, 200)).toMatchObject({ accepted: 5, left: 0 });
  });
});

describe('discarding', () => {
  it('keeps the letter, with who decided it and why', async () => {
    const firm = harness.aFirm();
    const [one, two] = await someLetters(firm, 2);
    expect(await firm.discard({ deadLetterIds: [one!.deadLetterId] }, 'a test firm')).toEqual({
      discarded: 1,
      left: 0,
    });
    const decided = { state: 'discarded', reason: 'a test firm', decidedBy: nameOf(operator) };
    expect((await firm.open(one!.deadLetterId)).deadLetter).toMatchObject(decided);
    expect(await firm.letters({ state: 'waiting' })).toEqual([two]);
    expect(await firm.groups()).toMatchObject([{ count: 1 }]);
  });
});

describe('editing', () => {
  const outbox = async (firm: Firm) => {
    const rows = await firm.query<{ envelope: string; routing_key: string; exchange: string }>(
      'select envelope, routing_key, exchange from outbox_message',
    );
    return rows.map(({ envelope, ...rest }) => ({ ...rest, envelope: JSON.parse(envelope) as Envelope }));
  };

  it('sends a new command in the same lane and conversation, caused by the old one', async () => {
    const firm = harness.aFirm();
    const old = { ...anEnvelope(firm.tenantId), subject: 'a subject', data: { records: 'none' } };
    const letter = await firm.hasLetter({ body: old });
    const data = aNormalizeCommand();
    const { messageId } = await firm.edit(letter.deadLetterId, data);
    expect(await outbox(firm)).toMatchObject([
      {
        exchange: 'commands',
        routing_key: 'mapping.normalize-records.backfill',
        envelope: {
          id: messageId,
          source: 'firmbridge/audit-log',
          type: normalizeRecords.type,
          subject: 'a subject',
          tenantid: firm.tenantId,
          correlationid: old.correlationid,
          causationid: old.id,
          traceparent: expect.stringContaining(old.traceparent!.slice(3, 35)) as string,
          actor: 'person:olga;operator',
          data,
        },
      },
    ]);
    expect((await firm.open(letter.deadLetterId)).deadLetter).toMatchObject({
      state: 'replaced',
      replacedBy: messageId,
      reason: 'the id was wrong',
      decidedBy: nameOf(operator),
    });
  });

  it('happens once', async () => {
    const firm = harness.aFirm();
    const { deadLetterId } = await firm.hasLetter();
    const results = await Promise.allSettled([1, 2, 3].map(() => firm.edit(deadLetterId, aNormalizeCommand())));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(firm.edit(deadLetterId, aNormalizeCommand())).rejects.toMatchObject({
      kind: 'conflict',
      code: 'dead_letter.decided',
      message: expect.stringContaining('was replaced by') as string,
    });
    expect(await outbox(firm)).toHaveLength(1);
  });

  it('names what is wrong with the new data and changes nothing', async () => {
    const firm = harness.aFirm();
    const { deadLetterId } = await firm.hasLetter();
    const data = { ...aNormalizeCommand(), connectionId: 'mine', records: [{ recordId: 7 }] };
    await expect(firm.edit(deadLetterId, data)).rejects.toMatchObject({
      kind: 'validation',
      code: 'dead_letter.edit_refused',
      message: expect.stringMatching(/data\.connectionId: .*data\.records\.0\.recordId: /) as string,
    });
    expect(await outbox(firm)).toEqual([]);
    expect(await firm.letters({ state: 'waiting' })).toHaveLength(1);
  });

  it('is for commands that can be read, and says so of the rest', async () => {
    const firm = harness.aFirm();
    const event = anEnvelope(firm.tenantId, syncMessages.writeFinished, syncMessages.writeFinished.example);
    const unknown = { ...anEnvelope(firm.tenantId), type: 'firmbridge.a.b.v1' };
    const { specversion: _, ...broken } = anEnvelope(firm.tenantId);
    const editing = async (body: object) => firm.edit((await firm.hasLetter({ body })).deadLetterId, {});
    await expect(editing(event)).rejects.toMatchObject({
      code: 'dead_letter.not_a_command',
      message: expect.stringContaining('is an event') as string,
    });
    await expect(editing(unknown)).rejects.toMatchObject({
      message: expect.stringContaining('no known type') as string,
    });
    await expect(editing(broken)).rejects.toMatchObject({ kind: 'validation', code: 'dead_letter.unreadable' });
  });
});

describe('rights', () => {
  const nobody: Actor = { kind: 'person', id: 'nemo', roles: [] };
  const auditor: Actor = { kind: 'key', id: 'a-key', roles: ['auditor'] };
  const system: Actor = { kind: 'system', id: 'mapping', roles: [] };
  const admin: Actor = { kind: 'person', id: 'ada', roles: ['admin'] };
  const forbidden = {
    kind: 'forbidden',
    code: 'dead_letter.forbidden',
    message: expect.stringMatching(/\.$/) as string,
  };

  it('to read: whoever has a role in the tenant', async () => {
    const firm = harness.aFirm();
    const { deadLetterId } = await firm.hasLetter();
    for (const actor of [viewer, operator, auditor, admin, system]) {
      expect(await firm.as(actor).letters()).toHaveLength(1);
    }
    const outsider = firm.as(nobody);
    const questions = [outsider.letters(), outsider.open(deadLetterId), outsider.groups()];
    for (const question of questions) await expect(question).rejects.toMatchObject(forbidden);
  });

  it('to decide: operators and administrators', async () => {
    const firm = harness.aFirm();
    const { deadLetterId } = await firm.hasLetter();
    for (const actor of [nobody, viewer, auditor]) {
      const reader = firm.as(actor);
      await expect(reader.resend({ deadLetterIds: [deadLetterId] })).rejects.toMatchObject(forbidden);
      await expect(reader.discard({ deadLetterIds: [deadLetterId] })).rejects.toMatchObject(forbidden);
      await expect(reader.edit(deadLetterId, aNormalizeCommand())).rejects.toMatchObject(forbidden);
    }
    expect(await firm.as(admin).resend({ deadLetterIds: [deadLetterId] })).toMatchObject({ accepted: 1 });
  });

  it('to letters of no tenant: whoever runs the platform, and in that scope alone', async () => {
    const platform = harness.thePlatform();
    const { deadLetterId } = await platform.hasLetter({ body: Buffer.from('no json'), queue: 'mapping.keep-links' });
    for (const actor of [operator, admin, auditor]) {
      const outsider = platform.as(actor);
      await expect(outsider.letters()).rejects.toMatchObject(forbidden);
      await expect(outsider.open(deadLetterId)).rejects.toMatchObject(forbidden);
      await expect(outsider.groups()).rejects.toMatchObject(forbidden);
      await expect(outsider.discard({ deadLetterIds: [deadLetterId] })).rejects.toMatchObject(forbidden);
      await expect(outsider.resend({ deadLetterIds: [deadLetterId] })).rejects.toMatchObject(forbidden);
      expect(await platform.as(actor, 'tenant').letters()).toEqual([]);
    }
    expect(await platform.as(system).discard({ deadLetterIds: [deadLetterId] })).toMatchObject({ discarded: 1 });
  });
});
