import { eventually } from '@firmbridge/testing';
import { type BrokerLab, collect, refusalOf, send } from '../broker-lab.js';

const stream = { arguments: { 'x-queue-type': 'stream', 'x-max-length-bytes': 20_000_000, 'x-max-age': '7D' } };

async function filled(lab: BrokerLab) {
  const channel = await lab.channel();
  const queue = await lab.queue(channel, 'stream', stream);
  await send(channel, queue, ['a', 'b', 'c'], { persistent: true });
  await channel.prefetch(10);
  return { channel, queue };
}

const from = (offset: unknown) => ({ arguments: { 'x-stream-offset': offset } });

export const streamChecks = {
  'gives every consumer of a stream all of it, however often it is acknowledged': async (lab: BrokerLab) => {
    const { channel, queue } = await filled(lab);
    for (let times = 0; times < 2; times++) {
      const seen = await collect(channel, queue, (message) => channel.ack(message), from('first'));
      await eventually(() => expect(seen.texts).toEqual(['a', 'b', 'c']));
      expect(seen.messages.map((message) => message.properties.headers?.['x-stream-offset'] as unknown)).toEqual([
        0, 1, 2,
      ]);
    }
  },

  'starts a stream at an offset or a time, and goes on with what is new': async (lab: BrokerLab) => {
    const { channel, queue } = await filled(lab);
    const atOffset = await collect(channel, queue, undefined, from(1));
    const before = { '!': 'timestamp', value: Math.floor(Date.now() / 1000) - 3600 };
    const atTime = await collect(channel, queue, undefined, from(before));
    const next = await collect(channel, queue, undefined, from('next'));
    await send(channel, queue, ['d'], { persistent: true });
    await eventually(() => expect(atOffset.texts).toEqual(['b', 'c', 'd']));
    await eventually(() => expect(atTime.texts).toEqual(['a', 'b', 'c', 'd']));
    await eventually(() => expect(next.texts).toEqual(['d']));
  },

  'goes on with a stream as its messages are acknowledged': async (lab: BrokerLab) => {
    const { channel, queue } = await filled(lab);
    await channel.prefetch(1);
    const seen = await collect(channel, queue, (message) => channel.ack(message), from('first'));
    await eventually(() => expect(seen.texts).toEqual(['a', 'b', 'c']));
  },

  'wants a prefetch from a consumer of a stream': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'stream', stream);
    expect(await refusalOf(channel, () => channel.consume(queue, () => undefined, from('first')))).toMatchObject({
      code: 406,
    });
  },
};
