export { applyTopology, checkTopology, removeTopology, type TopologyOptions } from './apply-topology.js';
export { type BrokerConnect } from './broker-connection.js';
export { BrokerConnections, type BrokerOptions } from './connections.js';
export { decodeMessage, type Contracts, type StoredMessage } from './codec.js';
export { Answers, Consumes } from './decorators.js';
export { LiveSubscription, type LiveSubscriptionOptions } from './live-subscription.js';
export { silentLogger, type MessagingLogger } from './logger.js';
export { anyEntityEvent, topology } from './manifest.js';
export { PassThroughRpcFilter } from './pass-through.filter.js';
export { Publisher, type PublisherStats, type PublishResult, type RawOutgoing } from './publisher.js';
export { QueryClient, type AskOptions } from './query-client.js';
export { RABBIT_TRANSPORT, RabbitServer, type QueueStats, type RabbitServerOptions } from './server.js';
export {
  deadLettersOf,
  defaultRetryDelaysMs,
  exchangeOf,
  queriesOf,
  queueOf,
  rungDelaysOf,
  rungOf,
  withRetryDelays,
  type MessageSource,
  type QueueBinding,
  type QueueSpec,
  type RoutingPattern,
  type StreamSpec,
  type TopologyManifest,
} from './topology.js';
export { Inbox, sweepInbox } from './inbox.js';
export { messagingEntities, messagingMigrations } from './message-tables.js';
export { Outbox } from './outbox.js';
export { OutboxRelay, type OutboxRelayOptions, type RelayStats } from './relay.js';
