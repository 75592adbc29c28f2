import { type BrokerLab, bytes, collect, drainTexts, refusalOf, send } from '../broker-lab.js';

const quorum = { 'x-queue-type': 'quorum' };

export const topologyChecks = {
  'closes the channel with 404 when a queue or exchange that is looked at is missing': async (lab: BrokerLab) => {
    const first = await lab.channel();
    expect(await refusalOf(first, () => first.checkQueue(lab.queueName('missing')))).toEqual({
      code: 404,
      closed: true,
    });
    const second = await lab.channel();
    const look = () => second.checkExchange(lab.exchangeName('missing'));
    expect(await refusalOf(second, look)).toEqual({ code: 404, closed: true });
  },

  'words the error of a failed call as amqplib does': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const name = lab.queueName('missing');
    await expect(channel.checkQueue(name)).rejects.toThrow(
      `Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "NOT_FOUND - no queue '${name}' in vhost '/'"`,
    );
  },

  'accepts the same declaration again': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const options = { arguments: { ...quorum, 'x-delivery-limit': 5 } };
    const queue = await lab.queue(channel, 'same', options);
    await send(channel, queue, ['a', 'b']);
    expect(await channel.assertQueue(queue, options)).toEqual({ queue, messageCount: 2, consumerCount: 0 });
  },

  'refuses another declaration of the same queue or exchange with 406': async (lab: BrokerLab) => {
    const owner = await lab.channel();
    const queue = await lab.queue(owner, 'differs', { arguments: { 'x-message-ttl': 1000 } });
    const exchange = await lab.exchange(owner, 'differs', 'topic');
    const attempts = [
      async () => (await lab.channel()).assertQueue(queue, { arguments: { 'x-message-ttl': 2000 } }),
      async () => (await lab.channel()).assertQueue(queue, {}),
      async () => (await lab.channel()).assertQueue(queue, { durable: false, arguments: { 'x-message-ttl': 1000 } }),
      async () => (await lab.channel()).assertQueue(queue, { arguments: { ...quorum, 'x-message-ttl': 1000 } }),
      async () => (await lab.channel()).assertExchange(exchange, 'fanout'),
      async () => (await lab.channel()).assertExchange(exchange, 'topic', { durable: false }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 406 });
  },

  'refuses arguments that make no sense with 406': async (lab: BrokerLab) => {
    const attempts = [
      { 'x-message-ttl': -1 },
      { 'x-expires': 0 },
      { 'x-max-length': 'many' },
      { 'x-queue-type': 'fast' },
    ];
    for (const given of attempts) {
      const channel = await lab.channel();
      const declare = () => channel.assertQueue(lab.queueName('odd'), { arguments: given });
      expect(await refusalOf(channel, declare)).toEqual({ code: 406, closed: true });
    }
  },

  'refuses reserved names and bindings to the default exchange with 403': async (lab: BrokerLab) => {
    const [first, second, third] = [await lab.channel(), await lab.channel(), await lab.channel()];
    expect(await refusalOf(first, () => first.assertQueue('amq.mine'))).toEqual({ code: 403, closed: true });
    expect(await refusalOf(second, () => second.assertExchange('amq.mine', 'topic'))).toEqual({
      code: 403,
      closed: true,
    });
    const queue = await lab.queue(third, 'bound');
    expect(await refusalOf(third, () => third.bindQueue(queue, '', 'x'))).toEqual({ code: 403, closed: true });
  },

  'names a queue itself when asked to': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    expect(queue).toMatch(/^amq\.gen-/);
    await send(channel, queue, ['x']);
    expect(await drainTexts(channel, queue)).toEqual(['x']);
  },

  'lets only its own connection use an exclusive queue': async (lab: BrokerLab) => {
    const owner = await lab.channel();
    const queue = await lab.queue(owner, 'mine', { exclusive: true });
    const attempts = [
      async () => (await lab.channel()).checkQueue(queue),
      async () => (await lab.channel()).consume(queue, () => undefined),
      async () => (await lab.channel()).get(queue),
      async () => (await lab.channel()).deleteQueue(queue),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 405 });
    const stranger = await lab.channel();
    await send(stranger, queue, ['published from elsewhere']);
    expect(await drainTexts(owner, queue)).toEqual(['published from elsewhere']);
  },

  'deletes, and does not mind deleting what is not there': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'short');
    await send(channel, queue, ['a', 'b', 'c']);
    expect(await channel.deleteQueue(queue)).toEqual({ messageCount: 3 });
    expect(await channel.deleteQueue(queue)).toEqual({ messageCount: 0 });
    await channel.deleteExchange(lab.exchangeName('missing'));
    await channel.assertQueue(queue);
    expect(await drainTexts(channel, queue)).toEqual([]);
  },

  'deletes only when empty or unused if told so': async (lab: BrokerLab) => {
    const owner = await lab.channel();
    const queue = await lab.queue(owner, 'kept');
    await send(owner, queue, ['a']);
    const first = await lab.channel();
    expect(await refusalOf(first, () => first.deleteQueue(queue, { ifEmpty: true }))).toMatchObject({ code: 406 });
    await collect(owner, queue);
    const second = await lab.channel();
    expect(await refusalOf(second, () => second.deleteQueue(queue, { ifUnused: true }))).toMatchObject({ code: 406 });
  },

  'purges what is ready and leaves what is with a consumer': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'purged');
    await send(channel, queue, ['a', 'b', 'c']);
    const held = await channel.get(queue);
    expect(await channel.purgeQueue(queue)).toEqual({ messageCount: 2 });
    if (held) channel.nack(held);
    expect(await drainTexts(channel, queue)).toEqual(['a']);
  },

  'closes the connection on an unknown exchange type': async (lab: BrokerLab) => {
    const model = await lab.connect();
    const closed = new Promise((resolve) => model.once('close', resolve));
    const channel = await lab.channel(model);
    await expect(channel.assertExchange(lab.exchangeName('odd'), 'x-unheard-of')).rejects.toThrow();
    await closed;
  },

  'sends what an exchange cannot route to its alternate exchange': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const alternate = await lab.exchange(channel, 'alternate', 'fanout');
    const exchange = lab.exchangeName('main');
    await channel.assertExchange(exchange, 'topic', { alternateExchange: alternate });
    const queue = await lab.queue(channel, 'rest');
    await channel.bindQueue(queue, alternate, '');
    channel.publish(exchange, 'no.one', bytes('x'), { mandatory: true });
    await channel.waitForConfirms();
    expect(await drainTexts(channel, queue)).toEqual(['x']);
  },
};
