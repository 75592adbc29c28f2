import { type BrokerLab, bytes, collect, confirmOf, drainTexts, send } from '../broker-lab.js';

export const confirmChecks = {
  'confirms by callback and lets a batch be waited for': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'confirmed');
    expect(await confirmOf((done) => channel.sendToQueue(queue, bytes('x'), { persistent: true }, done))).toBe(
      'confirmed',
    );
    const texts = Array.from({ length: 300 }, (_, index) => String(index));
    await send(channel, queue, texts, { persistent: true });
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 301 });
    expect(await drainTexts(channel, queue)).toEqual(['x', ...texts]);
  },

  'refuses publishes to a full queue that is told to': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'full', {
      arguments: { 'x-max-length': 2, 'x-overflow': 'reject-publish' },
    });
    const outcomes: string[] = [];
    for (const text of ['a', 'b', 'c', 'd'])
      outcomes.push(await confirmOf((done) => channel.sendToQueue(queue, bytes(text), {}, done)));
    expect(outcomes).toEqual(['confirmed', 'confirmed', 'message nacked', 'message nacked']);
    channel.sendToQueue(queue, bytes('e'));
    await expect(channel.waitForConfirms()).rejects.toThrow('message nacked');
    expect(await drainTexts(channel, queue)).toEqual(['a', 'b']);
  },

  'drops the oldest of a full queue otherwise': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const dead = await lab.queue(channel, 'dead');
    const queue = await lab.queue(channel, 'full', {
      maxLength: 2,
      deadLetterExchange: '',
      deadLetterRoutingKey: dead,
    });
    await send(channel, queue, ['a', 'b', 'c', 'd']);
    expect(await drainTexts(channel, queue)).toEqual(['c', 'd']);
    const lost = await channel.get(dead, { noAck: true });
    expect(lost && lost.content.toString()).toBe('a');
    expect(lost && lost.properties.headers?.['x-first-death-reason']).toBe('maxlen');
  },

  'bounds a queue by bytes as well': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'bytes', { arguments: { 'x-max-length-bytes': 10 } });
    await send(channel, queue, ['aaaa', 'bbbb', 'cccc']);
    expect(await drainTexts(channel, queue)).toEqual(['bbbb', 'cccc']);
  },

  'never hands a message to a consumer inside the call that publishes it': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'later');
    const received = await collect(channel, queue);
    channel.sendToQueue(queue, bytes('x'));
    expect(received.texts).toEqual([]);
    await channel.waitForConfirms();
  },

  'wants content as bytes': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    expect(() => channel.sendToQueue('x', 'text' as unknown as Buffer)).toThrow(TypeError);
    await channel.waitForConfirms();
  },

  'throws on a channel that was closed, and rejects its calls': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'closed');
    await channel.close();
    expect(() => channel.sendToQueue(queue, bytes('x'))).toThrow('Channel closed');
    await expect(channel.checkQueue(queue)).rejects.toThrow('Channel closed');
    await expect(channel.close()).rejects.toThrow('Channel closed');
  },
};
