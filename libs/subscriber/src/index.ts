export {
  AppError,
  isAppError,
  messageOf,
  type EntityState,
  type EntityType,
  type EntityVerb,
} from '@firmbridge/contracts';
export { type BrokerConnect, type MessagingLogger } from './amqp/index.js';
export { type BrokerOptions } from './broker-options.js';
export { deadLetters, type DeadLetter, type DeadLetterChoice, type DeadLetters } from './dead-letters.js';
export { defineSubscription, type Definition } from './definition.js';
export { type EntityEvent } from './entity-event.js';
export { replayByGateway, type GatewayReplayOptions, type ReplayWish, type RequestReplay } from './gateway-replay.js';
export { type Delivery, type EventOf, type EventPattern, type Handler, type Handlers } from './handlers.js';
export { type Inbox, type InboxEntry, type InboxOutcome } from './inbox.js';
export { memoryInbox } from './memory-inbox.js';
export {
  postgresInbox,
  postgresInboxTables,
  type PostgresClient,
  type PostgresInbox,
  type PostgresInboxOptions,
  type PostgresPool,
} from './postgres-inbox.js';
export { replay, type ReplayOptions, type ReplayProgress } from './replay.js';
export { type StreamStart } from './stream.js';
export { subscribe } from './subscribe.js';
export {
  type CurrentStateStart,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionStats,
} from './subscribe-options.js';
