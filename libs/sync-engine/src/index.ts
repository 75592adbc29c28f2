export { AccessTokens } from './access-tokens.js';
export {
  isBad,
  type BadRecord,
  type GoodRecord,
  type Page,
  type PageRequest,
  type ProviderAdapter,
  type ReadRecord,
  type SyncedResource,
} from './adapter.js';
export { OutboxCallRecorder } from './call-recorder.js';
export { changeConnectionStatus, establishConnection, type EngineConnection } from './connections.js';
export { syncEngineMigrations } from './migrations.js';
export { affordableIntervalSeconds, startDueRuns, type PollScheduleOptions } from './poll-schedule.js';
export { RunWorker, type RunWorkerOptions } from './run-worker.js';
export { noteApplied } from './runs/note-applied.js';
export { findRuns, publishProgress } from './runs/run-views.js';
export { startRun, type RunRequest } from './runs/start-run.js';
export { syncEngineEntities } from './tables.js';
export { type Work } from './work.js';
export { WorkLoop } from './work-loop.js';
export { acceptWrite, type IntendedWrite } from './writes/accept-write.js';
export { WriteWorker, type ClaimedWrite, type WriteExecutor, type WriteResult } from './writes/write-worker.js';
