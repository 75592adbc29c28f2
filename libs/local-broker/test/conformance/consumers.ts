import { eventually } from '@firmbridge/testing';
import {
  type BrokerLab,
  bytes,
  closeErrorOf,
  collect,
  drainTexts,
  getSoon,
  getText,
  refusalOf,
  send,
} from '../broker-lab.js';

const quorum = { 'x-queue-type': 'quorum' };
const ten = Array.from({ length: 10 }, (_, index) => String(index));

export const consumerChecks = {
  'hands out no more than the prefetch until something is acknowledged': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'prefetch');
    await send(channel, queue, ten);
    await channel.prefetch(3);
    const held = await collect(channel, queue);
    await eventually(() => expect(held.texts).toEqual(['0', '1', '2']));
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 7 });
    if (held.messages[0]) channel.ack(held.messages[0]);
    await eventually(() => expect(held.texts).toEqual(['0', '1', '2', '3']));
  },

  'counts the prefetch for each consumer, not for the channel': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'each');
    await channel.prefetch(2);
    const [one, two] = [await collect(channel, queue), await collect(channel, queue)];
    await send(channel, queue, ten);
    await eventually(() => expect([one.texts.length, two.texts.length]).toEqual([2, 2]));
  },

  'counts a global prefetch for the whole channel': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'global');
    await channel.prefetch(3, true);
    const [one, two] = [await collect(channel, queue), await collect(channel, queue)];
    await send(channel, queue, ten);
    await eventually(() => expect(one.texts.length + two.texts.length).toBe(3));
    const [first] = [...one.messages, ...two.messages];
    if (first) channel.ack(first);
    await eventually(() => expect(one.texts.length + two.texts.length).toBe(4));
  },

  'acknowledges all up to a message at once': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'up-to');
    await send(channel, queue, ['a', 'b', 'c']);
    const held = await collect(channel, queue);
    await eventually(() => expect(held.messages).toHaveLength(3));
    if (held.messages[1]) channel.ack(held.messages[1], true);
    await channel.close();
    const other = await lab.channel();
    expect((await getSoon(other, queue)).content.toString()).toBe('c');
    expect(await getText(other, queue)).toBe(false);
  },

  'closes the channel with 406 for an unknown delivery tag': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'tags');
    await send(channel, queue, ['a']);
    const message = await channel.get(queue);
    const error = closeErrorOf(channel);
    if (message) for (let times = 0; times < 2; times++) channel.ack(message);
    expect(await error).toMatchObject({
      code: 406,
      message: expect.stringContaining('PRECONDITION_FAILED - unknown delivery tag'),
    });
  },

  'shares a queue between its consumers in turn': async (lab: BrokerLab) => {
    const [first, second] = [await lab.channel(), await lab.channel()];
    const queue = await lab.queue(first, 'turns');
    const [one, two] = [await collect(first, queue), await collect(second, queue)];
    await send(first, queue, ten);
    await eventually(() => expect([one.texts.length, two.texts.length]).toEqual([5, 5]));
  },

  'serves one consumer at a time where that is asked for, the next when it leaves': async (lab: BrokerLab) => {
    const [first, second] = [await lab.channel(), await lab.channel()];
    const queue = await lab.queue(first, 'single', { arguments: { 'x-single-active-consumer': true } });
    const one = await collect(first, queue, (message) => first.ack(message));
    const two = await collect(second, queue, (message) => second.ack(message));
    await send(first, queue, ['a', 'b']);
    await eventually(() => expect(one.texts).toEqual(['a', 'b']));
    await first.cancel(one.tag);
    await send(second, queue, ['c']);
    await eventually(() => expect(two.texts).toEqual(['c']));
  },

  'gives what a closed channel held to the next consumer, in order and marked': async (lab: BrokerLab) => {
    const [owner, other] = [await lab.channel(), await lab.channel()];
    const queue = await lab.queue(owner, 'given-back');
    await send(owner, queue, ['a', 'b', 'c', 'd']);
    await owner.prefetch(2);
    const held = await collect(owner, queue);
    await eventually(() => expect(held.texts).toEqual(['a', 'b']));
    await owner.close();
    const next = await collect(other, queue);
    await eventually(() => expect(next.texts).toEqual(['a', 'b', 'c', 'd']));
    expect(next.messages.map((message) => message.fields.redelivered)).toEqual([true, true, false, false]);
  },

  'puts a requeued message back to its place': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'requeued');
    await send(channel, queue, ['a', 'b', 'c']);
    const [first, second] = [await channel.get(queue), await channel.get(queue)];
    if (second) channel.nack(second, false, true);
    if (first) channel.nack(first, false, true);
    expect(await drainTexts(channel, queue)).toEqual(['a', 'b', 'c']);
  },

  'counts deliveries on a quorum queue only': async (lab: BrokerLab) => {
    for (const given of [quorum, {}]) {
      const channel = await lab.channel();
      const queue = await lab.queue(channel, `counted-${Object.keys(given).length}`, { arguments: given });
      await send(channel, queue, ['x']);
      const seen = await collect(channel, queue, (message, count) =>
        count < 3 ? channel.reject(message, true) : channel.ack(message),
      );
      await eventually(() => expect(seen.messages).toHaveLength(3));
      const counts = seen.messages.map((message) => message.properties.headers?.['x-delivery-count'] as unknown);
      expect(counts).toEqual(given === quorum ? [undefined, 1, 2] : [undefined, undefined, undefined]);
      expect(seen.messages.map((message) => message.fields.redelivered)).toEqual([false, true, true]);
    }
  },

  'gives all unacknowledged messages again on recover': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'recovered');
    await send(channel, queue, ['a']);
    const seen = await collect(channel, queue);
    await eventually(() => expect(seen.texts).toEqual(['a']));
    await channel.recover();
    await eventually(() => expect(seen.texts).toEqual(['a', 'a']));
  },

  'asks for no acknowledgement where none is wanted': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'no-ack');
    await channel.prefetch(1);
    const seen = await collect(channel, queue, undefined, { noAck: true });
    await send(channel, queue, ten);
    await eventually(() => expect(seen.texts).toEqual(ten));
    await channel.close();
    expect(await getText(await lab.channel(), queue)).toBe(false);
  },

  'hands out nothing after a cancel and leaves the rest in the queue': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'cancelled');
    const seen = await collect(channel, queue, (message) => channel.ack(message), { consumerTag: 'mine' });
    expect(seen.tag).toBe('mine');
    await channel.cancel('mine');
    await send(channel, queue, ['a']);
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 1, consumerCount: 0 });
    expect(seen.texts).toEqual([]);
    await channel.cancel('never heard of');
  },

  'tells a consumer by null that its queue was deleted, and goes on': async (lab: BrokerLab) => {
    const [channel, other] = [await lab.channel(), await lab.channel()];
    const queue = await lab.queue(channel, 'deleted');
    const seen = await collect(channel, queue);
    await other.deleteQueue(queue);
    await eventually(() => seen.cancelled);
    await lab.queue(channel, 'still-open');
  },

  'refuses an exclusive consumer beside another, and another beside it': async (lab: BrokerLab) => {
    const [first, second, third] = [await lab.channel(), await lab.channel(), await lab.channel()];
    const queue = await lab.queue(first, 'exclusive');
    const alone = await collect(first, queue, undefined, { exclusive: true });
    expect(await refusalOf(second, () => second.consume(queue, () => undefined))).toEqual({ code: 403, closed: true });
    await first.cancel(alone.tag);
    await collect(first, queue);
    const claim = () => third.consume(queue, () => undefined, { exclusive: true });
    expect(await refusalOf(third, claim)).toEqual({ code: 403, closed: true });
  },

  'refuses to consume from a queue that is not there with 404': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const consume = () => channel.consume(lab.queueName('missing'), () => undefined);
    expect(await refusalOf(channel, consume)).toEqual({ code: 404, closed: true });
    const other = await lab.channel();
    expect(await refusalOf(other, () => other.get(lab.queueName('missing')))).toEqual({ code: 404, closed: true });
  },

  'closes the channel of a consumer that throws and gives its message to another': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'throws');
    const error = closeErrorOf(channel);
    await collect(channel, queue, () => {
      throw new Error('a bug in the consumer');
    });
    channel.sendToQueue(queue, bytes('x'));
    expect(await error).toMatchObject({ code: 541, message: 'a bug in the consumer' });
    const other = await lab.channel();
    expect((await getSoon(other, queue)).fields.redelivered).toBe(true);
  },

  'emits close on the channels and then on the connection': async (lab: BrokerLab) => {
    const model = await lab.connect();
    const channel = await lab.channel(model);
    const heard: string[] = [];
    channel.on('close', () => heard.push('channel'));
    model.on('close', (error?: Error) => heard.push(`connection ${String(error)}`));
    await model.close();
    expect(heard).toEqual(['channel', 'connection undefined']);
    await expect(channel.checkQueue('x')).rejects.toThrow('closed');
  },
};
