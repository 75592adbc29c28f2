export { AppError, errorKinds, isAppError, messageOf, type AppErrorOptions, type ErrorKind } from './errors.js';
export { describeFieldErrors, fieldErrors, fieldErrorSchema, type FieldError } from './field-errors.js';
export { newOrigin, originFollowing } from './origin.js';
export { followTraceparent, newTraceparent, traceIdOf } from './trace-context.js';
export { mayDo, requireNeeds, requirePermission, requireService, type Needs } from './access.js';
export { actorCodec, formatActor, mayDecide, runsThePlatform, systemActor, type Actor } from './actor.js';
export {
  isPermission,
  permissionNames,
  permissionsOf,
  roles,
  rolesWith,
  type Permission,
  type Role,
} from './permissions.js';
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
export * as peopleMessages from './messages/people.js';
export * as budgetMessages from './messages/budget.js';
export { type BudgetWindowSettings, type ConnectionBudget } from './messages/budget.js';
export * as syncMessages from './messages/sync.js';
export * as webhookMessages from './messages/webhooks.js';
export * as operationMessages from './messages/operations.js';
export * as mappingMessages from './messages/mapping.js';
export * as agreementMessages from './messages/agreement.js';
export { type Conflict } from './messages/agreement.js';
export * as identityMessages from './messages/identity.js';
export * as auditMessages from './messages/audit.js';
export { type Connection } from './messages/connection.js';
export { type Agency } from './messages/agencies.js';
export { deletionSchema, deletionStates, type Deletion, type DeletionEvidence } from './messages/deletions.js';
export { type Disconnection } from './messages/disconnection.js';
export { type Erasure } from './messages/erasure.js';
export { rotateKeysOf } from './messages/keys.js';
export { type ProviderApp } from './messages/provider-apps.js';
export { type Remains } from './messages/saga-parts.js';
export { type ApiKey, type KnownApiKey, type Person, type Session } from './messages/people.js';
export { type MatchReview, type MatchThresholds } from './messages/identity.js';
export { type ChangedRecord, type EntityView, type Replay } from './messages/mapping.js';
export {
  type ConnectionWebhooks,
  type WebhookHealth,
  type WebhookState,
  type WebhookSubscription,
} from './messages/webhooks.js';
export { type Operation, type OperationProblem } from './messages/operations.js';
export { type Freshness, type ResourceProgress, type ResourceState, type Run, type RunMode } from './messages/sync.js';
export { type DeadLetter, type DeadLetterSelection, type Transaction } from './messages/audit.js';
export { contractsByType } from './registry.js';
export { exampleFirm } from './example-firm.js';
export { ownersOf } from './owners.js';
export { signInCookieName, signInCookieSeconds, signInNoncePattern } from './sign-in-cookie.js';
