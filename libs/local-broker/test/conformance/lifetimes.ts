import type { ChannelModel } from 'amqplib';
import { eventually } from '@firmbridge/testing';
import { type BrokerLab, collect, getText, send } from '../broker-lab.js';

async function isGone(lab: BrokerLab, queue: string): Promise<boolean> {
  const channel = await lab.channel();
  return channel.checkQueue(queue).then(
    () => false,
    () => true,
  );
}

export const lifetimeChecks = {
  'deletes exclusive queues with their connection': async (lab: BrokerLab) => {
    const model = await lab.connect();
    const channel = await lab.channel(model);
    const queue = await lab.queue(channel, 'exclusive', { exclusive: true });
    await channel.close();
    expect(await lab.channel(model).then((other) => other.checkQueue(queue))).toMatchObject({ queue });
    await model.close();
    await eventually(() => isGone(lab, queue));
  },

  'deletes an auto-delete queue with its last consumer, and not before it had one': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'auto', { autoDelete: true });
    await send(channel, queue, ['a']);
    expect(await isGone(lab, queue)).toBe(false);
    const [one, two] = [await collect(channel, queue), await collect(channel, queue)];
    await channel.cancel(one.tag);
    expect(await isGone(lab, queue)).toBe(false);
    await channel.cancel(two.tag);
    await eventually(() => isGone(lab, queue));
  },

  'deletes an auto-delete exchange with its last binding': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const exchange = lab.exchangeName('auto');
    await channel.assertExchange(exchange, 'topic', { autoDelete: true });
    const queue = await lab.queue(channel, 'bound');
    await channel.bindQueue(queue, exchange, 'a');
    await channel.deleteQueue(queue);
    await expect(channel.checkExchange(exchange)).rejects.toMatchObject({ code: 404 });
  },

  'deletes a queue that nobody used for its x-expires': async (lab: BrokerLab) => {
    const channel = await lab.channel();
    const queue = await lab.queue(channel, 'unused', { expires: 300 });
    const consumed = await lab.queue(channel, 'used', { expires: 300 });
    const seen = await collect(channel, consumed);
    await send(channel, queue, ['a']);
    // looking is a use, too: look seldom
    await eventually(() => isGone(lab, queue), { intervalMs: 600 });
    expect(await channel.checkQueue(consumed)).toMatchObject({ consumerCount: 1 });
    await channel.cancel(seen.tag);
    await eventually(() => isGone(lab, consumed), { intervalMs: 600 });
  },

  'shares queues between connections': async (lab: BrokerLab) => {
    const [first, second] = [await lab.channel(), await lab.channel()];
    const queue = await lab.queue(first, 'shared');
    await send(first, queue, ['a']);
    expect(await getText(second, queue)).toBe('a');
  },

  'runs setup on connecting, and lends channels': async (lab: BrokerLab) => {
    const queue = lab.queueName('set-up');
    const recovering = await lab.recovering({
      initialMaxRetries: 0,
      setup: async (model: ChannelModel) => {
        const channel = await model.createChannel();
        await channel.assertQueue(queue);
        await channel.close();
      },
    });
    const channel = await recovering.createConfirmChannel();
    expect(await channel.checkQueue(queue)).toMatchObject({ queue });
    await recovering.close();
    await expect(recovering.createChannel()).rejects.toThrow('Connection closed');
  },

  'tries the setup again until it works': async (lab: BrokerLab) => {
    let attempts = 0;
    const recovering = await lab.recovering({
      initialDelay: 10,
      waitForConnect: false,
      setup: () => (++attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve()),
    });
    const failures: string[] = [];
    recovering.on('connect-failed', (error: Error) => failures.push(error.message));
    await recovering.waitForConnect();
    expect({ attempts, failures }).toEqual({ attempts: 3, failures: ['not yet', 'not yet'] });
    await recovering.close();
  },

  'gives up a setup that fails as often as allowed': async (lab: BrokerLab) => {
    const setup = () => Promise.reject(new Error('never'));
    await expect(lab.recovering({ initialDelay: 1, initialMaxRetries: 1, setup })).rejects.toThrow('never');
  },
};
