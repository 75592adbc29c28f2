export {
  clioResourceNames,
  clioResourceNameSchema,
  clioResources,
  clioShowPath,
  type ClioRecord,
  type ClioResource,
  type ClioResourceName,
} from './catalogue.js';
export { etagOf, recordIdOf, updatedAtOf } from './record.js';
export { clioPageSchema, clioShowSchema, type ClioPage } from './page.js';
export { clioErrorSchema, parseClioError, type ClioError } from './errors.js';
export { clioApiPath, clioApiVersion, clioOauthPaths, clioRegions, type ClioRegion } from './regions.js';
export { clioTokenSchema, type ClioToken } from './oauth.js';
export { readClioRateLimit, type ClioRateLimit } from './rate-limit.js';
export {
  clioHookSecretHeader,
  clioHookSignatureHeader,
  clioWebhookDeliverySchema,
  clioWebhookEvents,
  clioWebhookFields,
  clioWebhookHandshakeSchema,
  clioWebhookMaximumDays,
  clioWebhookModels,
  clioWebhookPath,
  clioWebhookRecordFields,
  clioWebhookSchema,
  type ClioWebhook,
  type ClioWebhookModel,
} from './webhooks.js';
export {
  clioPermissionAdvice,
  clioPermissions,
  clioWritePermissionAdvice,
  type ClioPermissions,
} from './permissions.js';
export {
  clioMatterStatuses,
  clioWritableNameSchema,
  clioWritableNames,
  clioWrites,
  type ClioWritable,
  type ClioWritableName,
} from './writes/index.js';
