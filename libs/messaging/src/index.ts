export { compareTopology, pruneTopology, type Pruned, type TopologyDifference } from './topology-diff.js';
export { applyTopology, checkTopology, removeTopology, type TopologyOptions } from './apply-topology.js';
export { BrokerConnections, type BrokerOptions } from './connections.js';
export { type StoredMessage } from './codec.js';
export { DeadLetterDrain, type DeadLetterDrainOptions, type DrainedQueueStats } from './dead-letter-drain.js';
export { Answers, Consumes } from './decorators.js';
export { type BrokersDeath, type DrainedLetter } from './drained-letter.js';
export { LiveSubscription, type LiveSubscriptionOptions } from './live-subscription.js';
export { anyEntityEvent, topology } from './manifest.js';
export { PassThroughRpcFilter } from './pass-through.filter.js';
export { Publisher } from './publisher.js';
export {
  decodeMessage,
  largestMessageBytes,
  silentLogger,
  type BrokerConnect,
  type Contracts,
  type MessagingLogger,
  type PublisherStats,
  type PublishResult,
  type RawOutgoing,
} from '@firmbridge/subscriber/amqp';
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
export { countErasedRows, erasedTenantTable, isTenantErased, markTenantErased } from './erased-tenants.js';
export { Inbox, sweepInbox, type InboxOutcome } from './inbox.js';
export { messagingEntities, messagingMigrations } from './message-tables.js';
export { Outbox } from './outbox.js';
export { messageBeingHandled, type MessageContext } from './message-context.js';
export { OutboxRelay, type OutboxRelayOptions, type RelayStats, type StoppedMessage } from './relay.js';
