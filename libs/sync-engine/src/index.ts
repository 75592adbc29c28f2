export { AccessTokens } from './access-tokens.js';
export {
  isBad,
  type BadRecord,
  type GoodRecord,
  type IdPage,
  type Page,
  type PageRequest,
  type ProviderAdapter,
  type ReadRecord,
  type Records,
  type RecordsRequest,
  type SyncedResource,
} from './adapter.js';
export {
  budgetWindow,
  policyOf,
  type BudgetRules,
  type BudgetWindowRule,
  type BudgetWindowSetting,
} from './budget/budget-rules.js';
export { longestBudgetWaitMs, patient } from './budget/longest-budget-wait.js';
export { BudgetMetrics } from './budget/budget.metrics.js';
export { budgetKeyOf, ConnectionBudgets, type ConnectionBudgetsOptions } from './budget/connection-budgets.js';
export { ConnectionKeeper, type ConnectionKeeperOptions } from './connection-keeper.js';
export { OutboxCallRecorder } from './call-recorder.js';
export {
  changeConnectionStatus,
  connectionColumns,
  connectionUnknown,
  establishConnection,
  partConnection,
  findConnection,
  statusOfConnection,
  type EngineConnection,
} from './connections.js';
export { decideDeletion, undoDeletion } from './deletions/decide-deletion.js';
export { findDeletions, type DeletionsQuestion } from './deletions/deletion-views.js';
export { DeletionWorker, type DeletionWorkerOptions } from './deletions/deletion-worker.js';
export { affordableSweepSeconds, startDueSweeps, type SweepScheduleOptions } from './deletions/sweep-schedule.js';
export { noteDeletions } from './deletions/note-deletions.js';
export { type DeletionScope, type DeletionSignal, type NotedDeletions } from './deletions/signals.js';
export { syncEngineMigrations } from './migrations.js';
export { startDueRuns, type PollScheduleOptions } from './poll-schedule.js';
export { sweepRuns } from './runs/sweep-runs.js';
export { RunWorker, type RunWorkerOptions } from './run-worker.js';
export { claimPage, type ClaimedPage } from './runs/claim.js';
export { type NoteChanged } from './runs/commit-page.js';
export { cancelRun, pauseRun, resumeRun } from './runs/control-run.js';
export { findFreshness } from './schedule/freshness.js';
export { noteApplied } from './runs/note-applied.js';
export { findRuns, publishProgress } from './runs/run-views.js';
export { startRun, type RunRequest, type StartOutcome } from './runs/start-run.js';
export { syncEngineEntities } from './tables.js';
export { type Work } from './work.js';
export { WorkLoop } from './work-loop.js';
export { acceptRequest } from './writes/accept-request.js';
export { acceptWrite, type IntendedWrite } from './writes/accept-write.js';
export { endResponse, hangUp } from './webhooks/answering.js';
export { noteListening } from './webhooks/note-listening.js';
export { isSignedBy } from './webhooks/hmac-signature.js';
export { Intake, type IntakeOptions } from './webhooks/intake.js';
export { type CoalescingWindow, type Delivery, type Keeping } from './webhooks/keep-deliveries.js';
export { readRawBody, type RawBody } from './webhooks/raw-body.js';
export { deliveryOutcomes, receiveDelivery, type DeliveryOutcome, type ReceivedDelivery } from './webhooks/receive.js';
export { sweepDeliveries } from './webhooks/sweep-deliveries.js';
export { type RecordHint, type WebhookDialect, type WebhookSource } from './webhooks/webhook-dialect.js';
export { webhookEntities, webhookMigrations } from './webhooks/webhook-tables.js';
export { WebhookWorker, type WebhookWorkerOptions } from './webhooks/webhook-worker.js';
export { decideOperation, findOperations } from './writes/operations.js';
export { problemOf } from './writes/problem.js';
export { keepShownRecord, recordAt, type ShownRecord } from './writes/shown-records.js';
export { sweepWrites } from './writes/sweep-writes.js';
export {
  type AfterUnclear,
  type ClaimedWrite,
  type Look,
  type RequestedWrite,
  type WriteEnd,
  type WriteExecutor,
} from './writes/write-task.js';
export { WriteWorker } from './writes/write-worker.js';
export { ADAPTER, HOOKS, SYNC, type SyncHooks, type SyncSettings } from './service/sync-settings.js';
export { syncControllers, syncProviders, type SyncServiceOptions } from './service/sync.providers.js';
