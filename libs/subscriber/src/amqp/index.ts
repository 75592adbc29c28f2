/** What the platform's own services consume and publish with; subscribers find what they need in the package itself. */
export { BrokerConnection, placeOf, type BrokerConnect } from './broker-connection.js';
export { closeQuietly } from './close-quietly.js';
export {
  ConfirmedPublisher,
  type ConfirmedPublisherOptions,
  type PublisherStats,
  type PublishResult,
  type RawOutgoing,
} from './confirmed-publisher.js';
export { Consumer, isNotFound, type ConsumerOptions, type Settlement } from './consumer.js';
export { decodeMessage, largestMessageBytes, type Contracts } from './decode.js';
export { deferred } from './deferred.js';
export { DeliveryWorker, type DeliveryWorkerOptions } from './delivery-worker.js';
export { KeptChannel } from './kept-channel.js';
export { silentLogger, type MessagingLogger } from './logger.js';
export { attemptHeader, brokersHeader, type Ladder, type Place } from './retry.js';
