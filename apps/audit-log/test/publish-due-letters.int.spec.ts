import { randomUUID } from 'node:crypto';
import { PublishDueLetters } from '../src/application/dead-letters/publish-due-letters.js';
import { AuditLogHarness, type Firm } from './audit-log-harness.js';
import { anEnvelope } from './builders/a-drained-letter.js';

const queue = 'mapping.keep-links';

let harness: AuditLogHarness;
beforeAll(async () => {
  harness = await AuditLogHarness.start();
});
afterAll(() => harness.stop());

const publish = () => harness.get(PublishDueLetters).execute();
const states = async (firm: Firm) => (await firm.letters()).map(({ state }) => state).sort();
const isDue = (firm: Firm, ago: string) =>
  firm.query(`update dead_letter set resend_at = now() - $1::interval where state = 'resending'`, [ago]);

describe('a letter that is due', () => {
  it('goes into its own queue as it was, with the name of the letter and without the attempts before', async () => {
    const firm = harness.aFirm();
    const body = anEnvelope(firm.tenantId);
    const messageId = randomUUID();
    const properties = {
      messageId,
      type: 'a type',
      contentType: 'application/cloudevents+json',
      contentEncoding: undefined,
      correlationId: 'c',
      timestamp: 1_700_000_000,
    };
    const letter = await firm.hasLetter({ queue, body, properties, headers: { odd: { deep: 1 }, own: 7 } });
    await firm.resend({ queue });
    await isDue(firm, '1 second');
    expect(await publish()).toBe(true);
    const [message, ...more] = await harness.take(queue);
    expect(more).toEqual([]);
    expect(message?.content.toString()).toBe(JSON.stringify(body));
    expect(message?.properties).toMatchObject({ ...properties, deliveryMode: 2 });
    expect(message?.properties.headers).toEqual({
      traceparent: expect.any(String) as string,
      own: 7,
      'x-dead-letter-id': letter.deadLetterId,
    });
    expect((await firm.open(letter.deadLetterId)).deadLetter).toMatchObject({ state: 'resent', reason: null });
    expect(await publish()).toBe(false);
  });

  it('is sent again with a body that is no text and without any properties', async () => {
    const platform = harness.thePlatform();
    const body = Buffer.from([0xff, 0x00, 0xfe]);
    const none = { messageId: undefined, type: undefined, contentType: undefined, contentEncoding: undefined };
    const properties = { ...none, correlationId: undefined, timestamp: undefined };
    await platform.hasLetter({ queue, body, properties });
    await platform.resend({ queue });
    await isDue(platform, '1 second');
    await publish();
    expect((await harness.take(queue)).map(({ content }) => content)).toEqual([body]);
  });

  it('does not leave before its time', async () => {
    const firm = harness.aFirm();
    for (let n = 0; n < 3; n += 1) await firm.hasLetter({ queue });
    await firm.resend({ queue }, 1);
    await firm.query(`update dead_letter set resend_at = resend_at + interval '1 hour' where state = 'resending'`);
    expect(await publish()).toBe(false);
    await isDue(firm, '1 second');
    expect(await publish()).toBe(true);
    expect(await states(firm)).toEqual(['resent', 'resent', 'resent']);
    expect(await harness.take(queue)).toHaveLength(3);
  });

  it('is sent by one of several replicas', async () => {
    const firm = harness.aFirm();
    for (let n = 0; n < 30; n += 1) await firm.hasLetter({ queue });
    await firm.resend({ queue }, 200);
    await isDue(firm, '1 second');
    await Promise.all([publish(), publish(), publish(), publish()]);
    while (await publish());
    expect(await harness.take(queue)).toHaveLength(30);
    expect(new Set(await states(firm))).toEqual(new Set(['resent']));
  });

  it('keeps its pace after an outage: what has piled up does not leave at once', async () => {
    const firm = harness.aFirm();
    for (let n = 0; n < 5; n += 1) await firm.hasLetter({ queue });
    await firm.resend({ queue }, 1);
    await firm.query(`update dead_letter set resend_at = resend_at - interval '10 minutes' where state = 'resending'`);
    await harness.asOwner(`update audit_log.resend_pace set last_due_at = last_due_at - interval '10 minutes'`);
    await publish();
    expect(await harness.take(queue)).toHaveLength(1);
    const left = (await firm.letters({ state: 'resending' })).map(({ resendAt }) => Date.parse(resendAt!)).sort();
    expect(left.slice(1).map((instant, index) => instant - left[index]!)).toEqual([1_000, 1_000, 1_000]);
    expect(left[0]! - Date.now()).toBeGreaterThan(0);
    const other = harness.aFirm();
    await other.hasLetter({ queue });
    const { lastDueAt } = await other.resend({ queue }, 1);
    expect(Date.parse(lastDueAt!) - left.at(-1)!).toBe(1_000);
    await firm.query(`update dead_letter set state = 'resent'`);
    await other.query(`update dead_letter set state = 'resent'`);
  });
});

describe('a letter that cannot be sent', () => {
  it('waits for a person again when its queue is not part of the platform any more', async () => {
    const firm = harness.aFirm();
    const letter = await firm.hasLetter({ queue: 'mapping.of-last-year' });
    await firm.resend({ queue: letter.queue });
    await publish();
    const reason = 'The queue mapping.of-last-year does not exist, so it could not be resent.';
    expect(await firm.letters()).toEqual([{ ...letter, reason }]);
  });

  it('is tried again for a while when its queue is missing only now, then waits for a person', async () => {
    const firm = harness.aFirm();
    await harness.deleteQueue('ghl-sync.upsert-contact');
    const letter = await firm.hasLetter({ queue: 'ghl-sync.upsert-contact' });
    await firm.resend({ queue: letter.queue });
    await publish();
    const [postponed] = await firm.letters({ state: 'resending' });
    expect(postponed?.reason).toBe('The queue ghl-sync.upsert-contact does not exist; it is tried again.');
    expect(Date.parse(postponed!.resendAt!)).toBeGreaterThan(Date.now());
    for (let times = 0; times < 8; times += 1) {
      await isDue(firm, '1 second');
      await publish();
    }
    expect(await firm.letters({ state: 'waiting' })).toHaveLength(1);
    await harness.applyTopology();
    await firm.resend({ queue: letter.queue });
    await isDue(firm, '1 second');
    await publish();
    expect(await states(firm)).toEqual(['resent']);
    expect(await harness.take(letter.queue)).toHaveLength(1);
  });

  it('stays as it is while the broker is away', async () => {
    const firm = harness.aFirm();
    await firm.hasLetter({ queue });
    await firm.resend({ queue });
    await harness.connections.close();
    expect(await publish()).toBe(false);
    expect(await states(firm)).toEqual(['resending']);
  });
});
