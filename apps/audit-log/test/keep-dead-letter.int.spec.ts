import { syncMessages } from '@firmbridge/contracts';
import { markTenantErased } from '@firmbridge/messaging';
import { randomUUID } from 'node:crypto';
import { KeepDeadLetter } from '../src/application/dead-letters/keep-dead-letter.js';
import { AuditLogHarness, type Firm } from './audit-log-harness.js';
import { aDrainedLetter, anEnvelope, normalizeRecords } from './builders/a-drained-letter.js';

let harness: AuditLogHarness;
beforeAll(async () => {
  harness = await AuditLogHarness.start();
});
afterAll(() => harness.stop());

const keep = (letter: ReturnType<typeof aDrainedLetter>) => harness.get(KeepDeadLetter).execute(letter);

describe('a message that was set aside', () => {
  it('is kept with all that is known of it', async () => {
    const firm = harness.aFirm();
    const envelope = anEnvelope(firm.tenantId);
    const letter = await firm.hasLetter({
      body: envelope,
      headers: { traceparent: 'a-trace', 'x-error-message': 'No such "thing" 12.' },
    });
    expect(letter).toMatchObject({
      queue: 'mapping.normalize-backfill',
      messageId: envelope.id,
      type: normalizeRecords.type,
      kind: 'command',
      correlationId: envelope.correlationid,
      errorCode: 'connection.unknown',
      errorMessage: 'No such "thing" 12.',
      attempts: 5,
      failedAt: '2026-01-15T10:00:00.000Z',
      state: 'waiting',
      resendAt: null,
      decidedAt: null,
      replacedBy: null,
      previousDeadLetterId: null,
      bodyBytes: Buffer.byteLength(JSON.stringify(envelope)),
      bodyIsKept: true,
    });
    const { headers, body, bodyIsComplete } = await firm.open(letter.deadLetterId);
    expect(headers).toMatchObject({ traceparent: 'a-trace', 'x-attempt': 5 });
    expect(JSON.parse(body)).toEqual(envelope);
    expect(bodyIsComplete).toBe(true);
  });

  it('is discarded when the firm was erased meanwhile', async () => {
    const firm = harness.aFirm();
    await harness.database.inTenant(firm.tenantId, (tx) => markTenantErased(tx, firm.tenantId));
    await keep(aDrainedLetter(firm.tenantId));
    expect(await firm.letters()).toEqual([]);
  });

  it('is one letter when it is drained twice, also at the same time', async () => {
    const firm = harness.aFirm();
    const letter = aDrainedLetter(firm.tenantId);
    await keep(letter);
    await Promise.all([keep(letter), keep({ ...letter }), keep({ ...letter })]);
    expect(await firm.letters()).toHaveLength(1);
  });

  it('is another letter when it fails again after it was resent, and names the one before', async () => {
    const firm = harness.aFirm();
    const first = aDrainedLetter(firm.tenantId);
    const { deadLetterId } = await firm.keeps(first);
    const headers = { ...first.headers, 'x-failed-at': '2026-01-15T11:00:00.000Z', 'x-dead-letter-id': deadLetterId };
    const second = await firm.keeps({ ...first, headers });
    expect(second).toMatchObject({ previousDeadLetterId: deadLetterId, failedAt: '2026-01-15T11:00:00.000Z' });
    expect(await firm.letters()).toHaveLength(2);
  });

  it('has a reason also when the broker set it aside', async () => {
    const firm = harness.aFirm();
    const at = new Date('2026-01-15T10:00:00Z');
    const letter = await firm.keeps({
      ...aDrainedLetter(firm.tenantId),
      headers: { 'x-attempt': 2 },
      brokersDeath: { reason: 'delivery_limit', at },
    });
    expect(letter).toMatchObject({ errorCode: 'message.delivery_limit', attempts: 3, failedAt: at.toISOString() });
    expect(letter.errorMessage).toContain('lost again and again');
  });

  it('belongs to nobody but the platform when its tenant cannot be read', async () => {
    const platform = harness.thePlatform();
    const wrongTenant = { ...anEnvelope(randomUUID()), tenantid: 'firm-7' };
    const facts = { messageId: wrongTenant.id, errorCode: 'message.unparsable' };
    const headers = { 'x-error-code': facts.errorCode };
    expect(await platform.hasLetter({ body: wrongTenant, headers })).toMatchObject(facts);
    const broken = await platform.hasLetter({ body: Buffer.from('{"not json') });
    expect(broken).toMatchObject({ type: normalizeRecords.type, kind: 'command', correlationId: null });
    expect((await platform.open(broken.deadLetterId)).body).toBe('{"not json');
  });

  it('keeps the beginning of a body that nobody reads, and says that it is not the whole', async () => {
    const platform = harness.thePlatform();
    const letter = await platform.hasLetter({ body: Buffer.alloc(10 * 1024 * 1024, 'x') });
    expect(letter).toMatchObject({ bodyBytes: 10 * 1024 * 1024, bodyIsKept: false });
    const { body, bodyIsComplete } = await platform.open(letter.deadLetterId);
    expect(body).toBe('x'.repeat(64 * 1024));
    expect(bodyIsComplete).toBe(false);
  });

  it('keeps a body of 4 MiB whole', async () => {
    const platform = harness.thePlatform();
    const letter = await platform.hasLetter({ body: Buffer.alloc(4 * 1024 * 1024, 'y') });
    expect(letter.bodyIsKept).toBe(true);
    expect((await platform.open(letter.deadLetterId)).bodyIsComplete).toBe(false);
  });
});

describe('a message that nobody foresaw', () => {
  const deep: { inside?: unknown } = {};
  deep.inside = deep;
  const strange: Record<string, Record<string, unknown>> = {
    'NUL bytes': { 'x-error-code': 'a\0b', 'x-error-message': 'one\0two', 'x-\0': '\0', nested: { '\0': ['\0'] } },
    'half a character': { 'x-error-message': 'cut \ud83d', half: '\udc00', nested: [{ '\ud800': '\ud800' }] },
    'wrong types': {
      'x-attempt': 'five',
      'x-error-code': 7,
      'x-error-message': { no: 'text' },
      'x-failed-at': ['now'],
    },
    'impossible numbers': { 'x-attempt': 1e300, 'x-error-code': NaN, a: Infinity, b: -0, c: 12n },
    'impossible dates': { 'x-failed-at': '9999-12-31T23:59:59.999Z', 'x-attempt': -3 },
    'a date of the last century': { 'x-failed-at': '1969-12-31T23:59:59.999Z' },
    'binary data': { 'x-error-message': Buffer.from([0, 255]), key: Buffer.alloc(100_000) },
    'a header without end': { deep },
    'huge headers': Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`header-${n}`, 'v'.repeat(5_000)])),
    'a huge reason': { 'x-error-code': 'c'.repeat(100_000), 'x-error-message': 'm'.repeat(1_000_000) },
    'a false previous letter': { 'x-dead-letter-id': 'not a uuid', __proto__: { polluted: true } },
  };

  it.each(Object.keys(strange))('is kept and shown with %s', async (name) => {
    const firm = harness.aFirm();
    const letter = await firm.hasLetter({ headers: strange[name]! });
    expect(letter).toMatchObject({ type: normalizeRecords.type, attempts: expect.any(Number) as number });
    const { headers, bodyIsComplete } = await firm.open(letter.deadLetterId);
    expect(Buffer.byteLength(JSON.stringify(headers))).toBeLessThan(64 * 1024);
    expect(bodyIsComplete).toBe(true);
    expect(await firm.groups()).toHaveLength(1);
  });

  it('says how many headers there was no room for', async () => {
    const firm = harness.aFirm();
    const { deadLetterId } = await firm.hasLetter({ headers: strange['huge headers']! });
    const { headers } = await firm.open(deadLetterId);
    expect(headers['(left out)']).toBeGreaterThan(4_900);
  });

  it.each([
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xfe, 0x80])],
    ['nothing', Buffer.alloc(0)],
    ['a number', Buffer.from('7')],
    ['null', Buffer.from('null')],
    ['an array nested too deep', Buffer.from('['.repeat(2_000_000))],
    ['an envelope of wrong types', Buffer.from('{"id":{},"type":[1],"tenantid":5,"correlationid":null}')],
    ['an envelope with NUL bytes', Buffer.from('{"id":"a\\u0000b","type":"\\u0000","correlationid":"\\ud800"}')],
  ])('is kept and shown with a body of %s', async (_, body) => {
    const platform = harness.thePlatform();
    const properties = { messageId: 5n, type: '\0'.repeat(3), contentType: {}, contentEncoding: 'x'.repeat(300) };
    const letter = await platform.hasLetter({
      body,
      properties: { ...properties, correlationId: null, timestamp: NaN },
    });
    expect(letter).toMatchObject({ bodyBytes: body.length, state: 'waiting' });
    await platform.open(letter.deadLetterId);
  });

  it('is kept with its body alone when its particulars cannot be read', async () => {
    const platform = harness.thePlatform();
    const unreadable = () => {
      throw new Error('unreadable');
    };
    const letter = { ...aDrainedLetter(randomUUID()), headers: new Proxy({}, { ownKeys: unreadable }) };
    expect(await platform.keeps(letter)).toMatchObject({
      errorCode: 'message.indescribable',
      messageId: null,
      bodyBytes: letter.body.length,
      bodyIsKept: true,
    });
  });

  it('is kept with its body alone, by its tenant, when the database refuses its particulars', async () => {
    const firm = harness.aFirm();
    await harness.asOwner(
      'alter table audit_log.dead_letter alter column error_code type varchar(25) using left(error_code, 25)',
    );
    const letter = await firm.hasLetter({ headers: { 'x-error-code': 'connection.unknown_for_a_long_time' } });
    expect(letter).toMatchObject({ errorCode: 'message.indescribable', type: null, bodyIsKept: true });
    await harness.asOwner('alter table audit_log.dead_letter alter column error_code type text');
  });
});

describe('a letter that is read', () => {
  it('fits into a reply however its body is written', async () => {
    const firm = harness.aFirm();
    const text = '\u0001"€😀'.repeat(60_000);
    const envelope = { ...anEnvelope(firm.tenantId), data: text };
    const { deadLetterId } = await firm.hasLetter({ body: envelope });
    const reply = await firm.open(deadLetterId);
    expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThan(250 * 1024);
    expect(reply.bodyIsComplete).toBe(false);
    expect(JSON.stringify(envelope).startsWith(reply.body.slice(0, -1))).toBe(true);
  });

  it('is found by state, queue, type and fingerprint, newest first, page by page', async () => {
    const firm = harness.aFirm();
    for (let n = 0; n < 7; n += 1) {
      await firm.hasLetter({ headers: { 'x-failed-at': `2026-01-15T10:00:0${n}.000Z` } });
    }
    const event = anEnvelope(firm.tenantId, syncMessages.writeFinished, syncMessages.writeFinished.example);
    const other = await firm.hasLetter({ queue: 'mapping.keep-links', body: event });
    const seen: string[] = [];
    for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
      const page: Awaited<ReturnType<Firm['search']>> = await firm.search({ limit: 3, cursor });
      seen.push(...page.deadLetters.map(({ deadLetterId }) => deadLetterId));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(8);
    expect(seen).toHaveLength(8);
    const failedAt = (await firm.letters()).map((letter) => letter.failedAt);
    expect(failedAt).toEqual([...failedAt].sort().reverse());
    expect(await firm.letters({ queue: 'mapping.keep-links' })).toEqual([other]);
    expect(await firm.letters({ type: event.type })).toEqual([other]);
    expect(await firm.letters({ fingerprint: other.fingerprint })).toEqual([other]);
    expect(await firm.letters({ state: 'resent' })).toEqual([]);
  });

  it('is grouped with those that failed for the same cause, the largest group first', async () => {
    const firm = harness.aFirm();
    const single = await firm.hasLetter({ headers: { 'x-error-code': 'contact.gone', 'x-error-message': 'Gone.' } });
    for (let n = 0; n < 3; n += 1) await firm.hasLetter({ headers: { 'x-failed-at': `2026-01-15T10:00:0${n}.000Z` } });
    const groups = await firm.groups();
    expect(groups).toMatchObject([
      {
        queue: 'mapping.normalize-backfill',
        type: normalizeRecords.type,
        errorCode: 'connection.unknown',
        cause: 'There is no connection <id>.',
        count: 3,
        firstFailedAt: '2026-01-15T10:00:00.000Z',
        lastFailedAt: '2026-01-15T10:00:02.000Z',
      },
      { fingerprint: single.fingerprint, count: 1, newestDeadLetterId: single.deadLetterId },
    ]);
    expect(await firm.groups(1)).toHaveLength(1);
  });

  it('is unknown to another tenant, in every question', async () => {
    const [firm, stranger] = [harness.aFirm(), harness.aFirm()];
    const { deadLetterId, fingerprint, queue } = await firm.hasLetter();
    expect(await stranger.letters()).toEqual([]);
    expect(await stranger.groups()).toEqual([]);
    await expect(stranger.open(deadLetterId)).rejects.toMatchObject({ kind: 'not_found', code: 'dead_letter.unknown' });
    await expect(stranger.edit(deadLetterId, {})).rejects.toMatchObject({ kind: 'not_found' });
    expect(await stranger.resend({ deadLetterIds: [deadLetterId], fingerprint, queue })).toMatchObject({ accepted: 0 });
    expect(await stranger.discard({ queue })).toEqual({ discarded: 0, left: 0 });
    expect(await firm.letters({ state: 'waiting' })).toHaveLength(1);
  });
});
