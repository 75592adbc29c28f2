import { eventually } from '@firmbridge/testing';
import { type BrokerLab, bytes, collect, drainTexts, getSoon, send } from '../broker-lab.js';

const quorum = { 'x-queue-type': 'quorum' };

interface DeathRecord {
  readonly count: number;
  readonly reason: string;
  readonly queue: string;
}

const deathsIn = (headers: Record<string, unknown> | undefined) =>
  ((headers?.['x-death'] ?? []) as DeathRecord[]).map(({ count, reason, queue }) => ({ count, reason, queue }));

async function deadLetterPair(lab: BrokerLab, given: Record<string, unknown>) {
  const channel = await lab.channel();
  const dead = await lab.queue(channel, 'dead');
  const target = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead };
  const queue = await lab.queue(channel, 'source', { arguments: { ...given, ...target } });
  return { channel, dead, queue };
}

export const deadLetterChecks = {
  'moves a rejected message with its history and its own properties': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const exchange = await lab.exchange(channel, 'dead', 'topic');
    const dead = await lab.queue(channel, 'dead');
    await channel.bindQueue(dead, exchange, '#');
    const queue = await lab.queue(channel, 'source', { deadLetterExchange: exchange });
    await send(channel, queue, ['x'], { headers: { k: 1 }, messageId: 'm', persistent: true });
    await collect(channel, queue, (message) => channel.nack(message, false, false));
    const { properties, fields } = await getSoon(channel, dead);
    expect(fields).toMatchObject({ exchange, routingKey: queue, redelivered: false });
    expect(properties).toMatchObject({
      messageId: 'm',
      deliveryMode: 2,
      headers: {
        k: 1,
        'x-death': [
          {
            count: 1,
            exchange: '',
            queue,
            reason: 'rejected',
            'routing-keys': [queue],
            time: { '!': 'timestamp', value: expect.any(Number) },
          },
        ],
        'x-first-death-exchange': '',
        'x-first-death-queue': queue,
        'x-first-death-reason': 'rejected',
      },
    });
  },

  'drops a rejected message where there is no dead-letter exchange': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'no-dead');
    await send(channel, queue, ['x']);
    const message = await channel.get(queue);
    if (message) channel.reject(message, false);
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 0 });
  },

  'drops a rejected message whose dead-letter exchange is missing': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'source', { deadLetterExchange: lab.exchangeName('missing') });
    await send(channel, queue, ['x']);
    const message = await channel.get(queue);
    if (message) channel.reject(message, false);
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 0 });
  },

  'lets the messages of a rung expire into their queue, without a consumer': async (lab: BrokerLab) => {
    for (const type of [quorum, {}]) {
      const { channel, dead, queue } = await deadLetterPair(lab, { ...type, 'x-message-ttl': 200 });
      const sentAt = Date.now();
      await send(channel, queue, ['a', 'b'], { persistent: true });
      const { properties, content } = await getSoon(channel, dead);
      expect(content.toString()).toBe('a');
      expect(Date.now() - sentAt).toBeGreaterThanOrEqual(195);
      expect(deathsIn(properties.headers)).toEqual([{ count: 1, reason: 'expired', queue }]);
      expect((await getSoon(channel, dead)).content.toString()).toBe('b');
      await channel.deleteQueue(queue);
    }
  },

  'counts the deaths of a message that goes up and down a rung': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const [work, rung] = [lab.queueName('work'), lab.queueName('rung')];
    const exit = (queue: string) => ({ deadLetterExchange: '', deadLetterRoutingKey: queue });
    await channel.assertQueue(work, exit(rung));
    await channel.assertQueue(rung, { ...exit(work), messageTtl: 30 });
    await send(channel, work, ['x']);
    const seen = await collect(channel, work, (message, count) =>
      count < 3 ? channel.nack(message, false, false) : channel.ack(message),
    );
    await eventually(() => expect(seen.messages).toHaveLength(3));
    expect(deathsIn(seen.messages[2]?.properties.headers)).toEqual([
      { count: 2, reason: 'expired', queue: rung },
      { count: 2, reason: 'rejected', queue: work },
    ]);
    expect(seen.messages[2]?.properties.headers).toMatchObject({
      'x-first-death-queue': work,
      'x-first-death-reason': 'rejected',
    });
  },

  'drops a message that would circle by expiry alone': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const [one, two] = [lab.queueName('one'), lab.queueName('two')];
    await channel.assertQueue(one, { messageTtl: 40, deadLetterExchange: '', deadLetterRoutingKey: two });
    await channel.assertQueue(two, { messageTtl: 40, deadLetterExchange: '', deadLetterRoutingKey: one });
    await send(channel, one, ['x']);
    await eventually(async () => {
      expect(await channel.checkQueue(one)).toMatchObject({ messageCount: 0 });
      expect(await channel.checkQueue(two)).toMatchObject({ messageCount: 0 });
    });
  },

  'expires a message by its own expiration and takes that off it': async (lab: BrokerLab) => {
    const { channel, dead, queue } = await deadLetterPair(lab, {});
    await send(channel, queue, ['x'], { expiration: 100 });
    const { properties } = await getSoon(channel, dead);
    expect(properties.expiration).toBeUndefined();
    expect(properties.headers?.['x-death']?.[0]).toMatchObject({ reason: 'expired', 'original-expiration': '100' });
  },

  'lets a message wait behind one with a longer life': async (lab: BrokerLab) => {
    const { channel, dead, queue } = await deadLetterPair(lab, {});
    await send(channel, queue, ['long'], { expiration: 400 });
    await send(channel, queue, ['short'], { expiration: 20 });
    expect((await getSoon(channel, dead)).content.toString()).toBe('long');
    expect((await getSoon(channel, dead)).content.toString()).toBe('short');
  },

  'takes the shorter of queue and message life': async (lab: BrokerLab) => {
    const { channel, dead, queue } = await deadLetterPair(lab, { 'x-message-ttl': 100 });
    await send(channel, queue, ['x'], { expiration: 60_000 });
    expect((await getSoon(channel, dead)).content.toString()).toBe('x');
  },

  'gives up on a message after its deliveries, on a quorum queue': async (lab: BrokerLab) => {
    const { channel, dead, queue } = await deadLetterPair(lab, { ...quorum, 'x-delivery-limit': 2 });
    await send(channel, queue, ['x'], { persistent: true });
    const seen = await collect(channel, queue, (message) => channel.nack(message, false, true));
    const { properties } = await getSoon(channel, dead);
    expect(seen.messages).toHaveLength(3);
    expect(deathsIn(properties.headers)).toEqual([{ count: 1, reason: 'delivery_limit', queue }]);
  },

  'counts a consumer that vanished towards the delivery limit': async (lab: BrokerLab) => {
    const { channel, dead, queue } = await deadLetterPair(lab, { ...quorum, 'x-delivery-limit': 1 });
    await send(channel, queue, ['x'], { persistent: true });
    for (let times = 0; times < 2; times++) {
      const victim = await lab.channel();
      const seen = await collect(victim, queue);
      await eventually(() => expect(seen.messages).toHaveLength(1));
      await victim.close();
    }
    expect((await getSoon(channel, dead)).content.toString()).toBe('x');
  },

  'rejects several at once': async (lab: BrokerLab) => {
    const { channel, dead, queue } = await deadLetterPair(lab, {});
    await send(channel, queue, ['a', 'b', 'c']);
    const held = await collect(channel, queue);
    await eventually(() => expect(held.messages).toHaveLength(3));
    if (held.messages[1]) channel.nack(held.messages[1], true, false);
    await eventually(async () => expect(await channel.checkQueue(dead)).toMatchObject({ messageCount: 2 }));
    expect(await drainTexts(channel, dead)).toEqual(['a', 'b']);
    channel.nackAll(false);
    expect((await getSoon(channel, dead)).content.toString()).toBe('c');
  },

  'refuses an expiration that is no number': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'odd');
    const closed = new Promise((resolve) => channel.once('error', resolve));
    channel.sendToQueue(queue, bytes('x'), { expiration: 'soon' });
    expect(await closed).toMatchObject({ code: 406 });
  },
};
