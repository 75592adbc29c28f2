import type { Channel, ChannelModel } from 'amqplib';

/**
 * Closes a channel or a connection, whatever has become of it. To close what is closed already is an error to amqplib and none
 * to us; and when the connection is lost meanwhile the answer never comes, but the event does.
 */
export function closeQuietly(closable: Channel | ChannelModel): Promise<void> {
  return new Promise((resolve) => {
    closable.once('close', () => resolve());
    Promise.resolve()
      .then(() => closable.close())
      .then(
        () => resolve(),
        () => resolve(),
      );
  });
}
