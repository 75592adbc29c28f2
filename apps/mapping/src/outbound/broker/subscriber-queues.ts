import { Injectable } from '@nestjs/common';
import { AppError } from '@firmbridge/contracts';
import { BrokerConnections, deadLettersOf, queueOf } from '@firmbridge/messaging';
import { isNotFound } from '@firmbridge/subscriber/amqp';

const connectTimeoutMs = 2_000;
/** The broker's answer about a queue that only its own connection may use: it is there. */
const resourceLocked = 405;

/** The queues of others on the broker. */
@Injectable()
export class SubscriberQueues {
  constructor(private readonly broker: BrokerConnections) {}

  /** Whether a queue of this full name is a place of the platform's own, or of the broker's. */
  isOurs(queue: string): boolean {
    const { namespace, manifest } = this.broker;
    const own = [
      ...manifest.queues.flatMap(({ name }) => [queueOf(namespace, name), deadLettersOf(namespace, name)]),
      ...manifest.streams.map(({ name }) => queueOf(namespace, name)),
    ];
    return (
      own.includes(queue) ||
      queue.startsWith(`${namespace}.retry.`) ||
      (queue.startsWith(`${namespace}.`) && queue.endsWith('.queries')) ||
      queue.startsWith('amq.')
    );
  }

  /** Throws while the broker cannot be asked. */
  async exists(queue: string): Promise<boolean> {
    try {
      await this.check(queue);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      if (isLocked(error)) return true;
      const message = 'The broker could not be asked whether the queue exists.';
      throw new AppError('unavailable', 'broker.unavailable', message, { cause: error });
    }
  }

  private async check(queue: string): Promise<void> {
    const { consuming } = this.broker;
    await consuming.up(connectTimeoutMs);
    const channel = await consuming.current?.createChannel();
    if (channel === undefined) throw new Error('The connection was lost.');
    // A queue that is missing closes the channel: an error without a listener would end the process.
    channel.on('error', () => undefined);
    await channel.checkQueue(queue);
    await channel.close();
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === resourceLocked;
}
