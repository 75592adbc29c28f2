import type { Message } from 'amqplib';
import { eventually } from '@firmbridge/testing';
import { type BrokerLab, bytes, closeErrorOf, collect, confirmOf, drainTexts, getText, send } from '../broker-lab.js';

export const routingChecks = {
  'matches topic words, with # standing for none, one or many': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const exchange = await lab.exchange(channel, 'topic');
    const patterns = { a: 'trust.*', b: 'trust.#', c: '#.high', d: '*.soil.*', e: 'a.#.z', f: '#', g: '*' };
    for (const [name, pattern] of Object.entries(patterns))
      await channel.bindQueue(await lab.queue(channel, name), exchange, pattern);
    for (const key of ['trust.soil', 'trust', 'trust.soil.high', 'high', 'a.z', 'a.b.c.z', ''])
      channel.publish(exchange, key, bytes(key || '(empty)'));
    await channel.waitForConfirms();
    const received: Record<string, string[]> = {};
    for (const name of Object.keys(patterns)) received[name] = await drainTexts(channel, lab.queueName(name));
    expect(received).toEqual({
      a: ['trust.soil'],
      b: ['trust.soil', 'trust', 'trust.soil.high'],
      c: ['trust.soil.high', 'high'],
      d: ['trust.soil.high'],
      e: ['a.z', 'a.b.c.z'],
      f: ['trust.soil', 'trust', 'trust.soil.high', 'high', 'a.z', 'a.b.c.z', '(empty)'],
      g: ['trust', 'high'],
    });
  },

  'gives a queue one copy although two of its bindings match': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const exchange = await lab.exchange(channel, 'topic');
    const queue = await lab.queue(channel, 'twice');
    await channel.bindQueue(queue, exchange, 'a.#');
    await channel.bindQueue(queue, exchange, '*.b');
    channel.publish(exchange, 'a.b', bytes('once'));
    await channel.waitForConfirms();
    expect(await drainTexts(channel, queue)).toEqual(['once']);
  },

  'routes by the exact key on a direct exchange and to all on a fanout': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const direct = await lab.exchange(channel, 'direct', 'direct');
    const fanout = await lab.exchange(channel, 'fanout', 'fanout');
    const [one, two] = [await lab.queue(channel, 'one'), await lab.queue(channel, 'two')];
    await channel.bindQueue(one, direct, 'a.*');
    await channel.bindQueue(two, direct, 'a.b');
    for (const queue of [one, two]) await channel.bindQueue(queue, fanout, 'whatever');
    channel.publish(direct, 'a.b', bytes('direct'));
    channel.publish(fanout, 'a.b', bytes('fanout'));
    await channel.waitForConfirms();
    expect([await drainTexts(channel, one), await drainTexts(channel, two)]).toEqual([
      ['fanout'],
      ['direct', 'fanout'],
    ]);
  },

  'stops routing once a binding is taken off': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const exchange = await lab.exchange(channel, 'topic');
    const queue = await lab.queue(channel, 'unbound');
    await channel.bindQueue(queue, exchange, 'a');
    await channel.unbindQueue(queue, exchange, 'a');
    channel.publish(exchange, 'a', bytes('x'));
    await channel.waitForConfirms();
    expect(await getText(channel, queue)).toBe(false);
  },

  'returns a mandatory message that nobody wants, before its confirm': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const exchange = await lab.exchange(channel, 'topic');
    const heard: string[] = [];
    const returned: Message[] = [];
    channel.on('return', (message: Message) => {
      returned.push(message);
      heard.push('return');
    });
    const outcome = await confirmOf((done) =>
      channel.publish(
        exchange,
        'no.one',
        bytes('x'),
        { mandatory: true, messageId: 'm1', headers: { a: 1 } },
        (error) => {
          heard.push('confirm');
          done(error);
        },
      ),
    );
    expect({ outcome, heard }).toEqual({ outcome: 'confirmed', heard: ['return', 'confirm'] });
    expect(returned[0]).toMatchObject({
      fields: { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey: 'no.one' },
      properties: { messageId: 'm1', headers: { a: 1 } },
    });
    expect(returned[0]?.content.toString()).toBe('x');
  },

  'confirms a message that nobody wants and that is not mandatory': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const exchange = await lab.exchange(channel, 'topic');
    expect(await confirmOf((done) => channel.publish(exchange, 'no.one', bytes('x'), {}, done))).toBe('confirmed');
  },

  'closes the channel with 404 when the exchange is unknown, and fails its confirms': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const error = closeErrorOf(channel);
    const outcome = confirmOf((done) => channel.publish(lab.exchangeName('missing'), 'x', bytes('x'), {}, done));
    expect(await error).toMatchObject({ code: 404, message: expect.stringContaining('NOT_FOUND - no exchange') });
    expect(await outcome).toBe('channel closed');
    await expect(channel.waitForConfirms()).rejects.toThrow('channel closed');
    expect(() => channel.sendToQueue('x', bytes('x'))).toThrow('Channel closed');
  },

  'keeps bytes, properties and headers as they were at the call': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'as-sent');
    const content = bytes('abc');
    const headers = {
      text: 'ä',
      count: 3,
      part: 1.5,
      flag: true,
      nothing: null,
      list: [1, 'b'],
      nested: { deep: 'x' },
    };
    channel.sendToQueue(queue, content, {
      headers,
      persistent: true,
      contentType: 'application/json',
      correlationId: 'c',
      messageId: 'm',
      type: 't',
      timestamp: 1_700_000_000,
      appId: 'a',
      priority: 3,
      replyTo: 'r',
      contentEncoding: 'utf8',
    });
    content.write('xyz');
    headers.nested.deep = 'changed';
    await channel.waitForConfirms();
    const message = await channel.get(queue, { noAck: true });
    expect(message && message.content.toString()).toBe('abc');
    expect(message && message.properties).toEqual({
      headers: { ...headers, nested: { deep: 'x' } },
      deliveryMode: 2,
      contentType: 'application/json',
      correlationId: 'c',
      messageId: 'm',
      type: 't',
      timestamp: 1_700_000_000,
      appId: 'a',
      priority: 3,
      replyTo: 'r',
      contentEncoding: 'utf8',
      expiration: undefined,
      userId: undefined,
      clusterId: undefined,
    });
    expect(message && message.fields).toMatchObject({
      exchange: '',
      routingKey: queue,
      redelivered: false,
      messageCount: 0,
    });
  },

  'sends replies straight to the channel that asked': async (lab: BrokerLab) => {
    const asking = await lab.channel();
    const answering = await lab.channel();
    const queue = await lab.queue(answering, 'questions');
    await collect(answering, queue, ({ properties, content }) =>
      answering.sendToQueue(String(properties.replyTo), bytes(`re: ${content.toString()}`), {
        correlationId: String(properties.correlationId),
      }),
    );
    const replies = await collect(asking, 'amq.rabbitmq.reply-to', undefined, { noAck: true });
    asking.sendToQueue(queue, bytes('why'), { replyTo: 'amq.rabbitmq.reply-to', correlationId: '7' });
    await eventually(() => expect(replies.texts).toEqual(['re: why']));
    expect(replies.messages[0]?.properties.correlationId).toBe('7');
  },

  'returns a mandatory reply when the asker is gone': async (lab: BrokerLab) => {
    const asking = await lab.channel();
    const answering = await lab.channel();
    const queue = await lab.queue(answering, 'questions');
    await asking.consume('amq.rabbitmq.reply-to', () => undefined, { noAck: true });
    await send(asking, queue, ['why'], { replyTo: 'amq.rabbitmq.reply-to' });
    const question = await answering.get(queue, { noAck: true });
    await asking.close();
    const returned = new Promise<Message>((resolve) => answering.once('return', resolve));
    answering.sendToQueue(question ? String(question.properties.replyTo) : '', bytes('late'), { mandatory: true });
    expect((await returned).content.toString()).toBe('late');
  },

  'refuses a reply address without a reply consumer': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'questions');
    const error = closeErrorOf(channel);
    channel.sendToQueue(queue, bytes('why'), { replyTo: 'amq.rabbitmq.reply-to' });
    expect(await error).toMatchObject({ code: 406 });
  },
};
