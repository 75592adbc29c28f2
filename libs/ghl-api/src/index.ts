export {
  ghlApiOrigin,
  ghlFamilies,
  ghlPublishedVersions,
  ghlVersionHeader,
  ghlVersionOf,
  type GhlFamily,
} from './versions.js';
export { ghlAgencyScopes, ghlScopes, type GhlScope } from './scopes.js';
export {
  ghlOperationNames,
  ghlOperations,
  type GhlAudience,
  type GhlMethod,
  type GhlOperation,
  type GhlOperationName,
} from './operations.js';
export { ghlRequest, type GhlRequest, type GhlRequestParts } from './request.js';
export {
  ghlResourceNames,
  ghlResourceNameSchema,
  ghlResources,
  type GhlPaging,
  type GhlRecord,
  type GhlResource,
  type GhlResourceName,
} from './resources.js';
export { ghlRecordIdOf, ghlUpdatedAtOf, isThinGhlRecord, keepGhlRecord, type GhlKeptRecord } from './record.js';
export { ghlListRequest, readGhlListPage, type GhlListOptions, type GhlListPage } from './listing.js';
export {
  ghlAppIdOf,
  ghlAuthorizeUrl,
  ghlInstalledLocationsReplySchema,
  ghlMarketplaces,
  ghlOAuthPaths,
  ghlReconnectReplySchema,
  ghlRefreshGraceSeconds,
  ghlTokenReplySchema,
  ghlTokenUrl,
  ghlUninstallOperation,
  ghlUninstallReplySchema,
  ghlUserTypes,
  isPrivateIntegrationToken,
  type GhlAuthorizeOptions,
  type GhlReconnectRequest,
  type GhlTokenReply,
  type GhlTokenRequest,
  type GhlUserType,
} from './oauth.js';
export {
  ghlDuplicateOpportunityCode,
  isTokenExpired,
  parseGhlError,
  type GhlDuplicate,
  type GhlError,
} from './errors.js';
export {
  ghlLimits,
  ghlRateHeaders,
  readGhlRateLimit,
  type GhlHeaders,
  type GhlRateLimit,
  type GhlRateWindow,
} from './rate-limit.js';
export {
  ghlContactEventSchema,
  ghlInstallEventSchema,
  ghlLegacySignatureHeader,
  ghlNoteEventSchema,
  ghlOpportunityEventSchema,
  ghlSignatureHeader,
  ghlTaskEventSchema,
  ghlWebhookEnvelopeSchema,
  ghlWebhookEvents,
  ghlWebhookPublicKey,
  ghlWebhookSubject,
  readGhlWebhook,
  type GhlWebhookEnvelope,
  type GhlWebhookEvent,
  type GhlWebhookSubject,
} from './webhooks.js';
export {
  readCustomFieldValue,
  readCustomFieldValues,
  type GhlCustomFieldEntry,
  type GhlCustomFieldValue,
} from './records/values.js';
export {
  ghlAuthorSchema,
  ghlContactReplySchema,
  ghlContactSchema,
  ghlContactTagsReplySchema,
  ghlContactUpsertReplySchema,
  ghlDuplicateContactReplySchema,
  type GhlContact,
} from './records/contact.js';
export {
  ghlOpportunityReplySchema,
  ghlOpportunitySchema,
  ghlOpportunityStatuses,
  ghlOpportunityUpsertReplySchema,
  type GhlOpportunity,
  type GhlOpportunityStatus,
} from './records/opportunity.js';
export {
  ghlPipelineSchema,
  ghlPipelineStageSchema,
  type GhlPipeline,
  type GhlPipelineStage,
} from './records/pipeline.js';
export {
  ghlCustomFieldDataTypes,
  ghlCustomFieldReplySchema,
  ghlCustomFieldSchema,
  type GhlCustomField,
  type GhlCustomFieldDataType,
} from './records/custom-field.js';
export { ghlCustomValueSchema, type GhlCustomValue } from './records/custom-value.js';
export { ghlUserSchema, type GhlUser } from './records/user.js';
export { ghlNoteReplySchema, ghlNoteSchema, type GhlNote } from './records/note.js';
export { ghlTaskReplySchema, ghlTaskSchema, type GhlTask } from './records/task.js';
export { ghlLocationReplySchema, ghlLocationSchema, type GhlLocation } from './records/location.js';
export { customFieldWriteSchema, type GhlCustomFieldWrite } from './requests/custom-field-write.js';
export {
  contactTagsSchema,
  createContactSchema,
  dndSettingsSchema,
  updateContactSchema,
  upsertContactSchema,
  type CreateGhlContact,
  type GhlContactTags,
  type UpdateGhlContact,
  type UpsertGhlContact,
} from './requests/contact.js';
export {
  contactFilterFields,
  contactRangeFields,
  contactSortFields,
  searchContactsSchema,
  type SearchGhlContacts,
} from './requests/contact-search.js';
export {
  createOpportunitySchema,
  updateOpportunitySchema,
  updateOpportunityStatusSchema,
  upsertOpportunitySchema,
  type CreateGhlOpportunity,
  type UpdateGhlOpportunity,
  type UpdateGhlOpportunityStatus,
  type UpsertGhlOpportunity,
} from './requests/opportunity.js';
export {
  opportunityFilterFields,
  opportunityRangeFields,
  opportunitySortFields,
  searchOpportunitiesSchema,
  type SearchGhlOpportunities,
} from './requests/opportunity-search.js';
export { createNoteSchema, updateNoteSchema, type CreateGhlNote, type UpdateGhlNote } from './requests/note.js';
export {
  completeTaskSchema,
  createTaskSchema,
  searchTasksSchema,
  updateTaskSchema,
  type CompleteGhlTask,
  type CreateGhlTask,
  type SearchGhlTasks,
  type UpdateGhlTask,
} from './requests/task.js';
export {
  createCustomFieldSchema,
  updateCustomFieldSchema,
  type CreateGhlCustomField,
  type UpdateGhlCustomField,
} from './requests/custom-field.js';
export {
  changedSince,
  searchConditionSchema,
  searchMaxPageSize,
  searchMaxSorts,
  searchOperators,
  searchValueMaxLength,
  searchWindow,
  type GhlSearchAfter,
  type GhlSearchCondition,
  type GhlSearchFilter,
  type GhlSearchGroup,
  type GhlSearchOperator,
  type GhlSearchSort,
} from './requests/search.js';
