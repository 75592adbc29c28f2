export { AppError, errorKinds, isAppError, messageOf, type AppErrorOptions, type ErrorKind } from './errors.js';
export { newOrigin, originFollowing } from './origin.js';
export { formatActor, roles, systemActor, type Actor, type Role } from './actor.js';
export {
  compareEntityVersions,
  defineCommand,
  defineEvent,
  defineQuery,
  envelopeSchema,
  formatEntityVersion,
  newMessage,
  toMessage,
  uncheckedMessage,
  type DataOf,
  type EntityVersion,
  type Envelope,
  type ExchangeName,
  type Message,
  type MessageContract,
  type MessageKind,
  type MessageOrigin,
  type OutgoingMessage,
  type OutgoingOptions,
  type QueryContract,
  type ReplyOf,
} from './message.js';
export {
  causeSchema,
  connectionStatusSchema,
  laneSchema,
  lanes,
  providerSchema,
  regionSchema,
  syncServiceOf,
  type Cause,
  type ConnectionStatus,
  type Lane,
  type Provider,
  type Region,
} from './providers.js';
export {
  entityEvent,
  entityEventContracts,
  entitySchemas,
  entityTypes,
  entityTypeSchema,
  entityVerbs,
  fieldChangeSchema,
  recordSourceSchema,
  type EntityState,
  type EntityType,
  type EntityVerb,
  type FieldChange,
} from './entities/index.js';
export { type EntityRef, type Money } from './entities/values.js';
export * as authMessages from './messages/auth.js';
export * as syncMessages from './messages/sync.js';
export * as mappingMessages from './messages/mapping.js';
export * as auditMessages from './messages/audit.js';
export { type Connection } from './messages/auth.js';
export { type ChangedRecord, type EntityView } from './messages/mapping.js';
export { type ResourceProgress, type ResourceState, type Run, type RunMode } from './messages/sync.js';
export { type Transaction } from './messages/audit.js';
export { contractsByType } from './registry.js';
