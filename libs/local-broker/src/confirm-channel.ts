import type { ConfirmChannel, Options } from 'amqplib';
import { LocalChannel } from './channel.js';
import { Confirms, type ConfirmCallback } from './confirms.js';

/** A channel whose publishes are confirmed once they are on disk. */
export class LocalConfirmChannel extends LocalChannel implements ConfirmChannel {
  private readonly confirms = new Confirms((error) => this.home.fail(error));

  override publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: ConfirmCallback,
  ): boolean {
    return this.post({ exchange, routingKey, content, options }, () => this.confirms.expect(callback));
  }

  override sendToQueue(queue: string, content: Buffer, options?: Options.Publish, callback?: ConfirmCallback): boolean {
    return this.publish('', queue, content, options, callback);
  }

  waitForConfirms(): Promise<void> {
    return this.confirms.all();
  }

  protected override closed(): void {
    super.closed();
    this.confirms.close();
  }
}
