export {
  type BudgetKey,
  type BudgetPolicy,
  type BudgetSnapshot,
  type BudgetWindow,
  callsPerMinute,
  type Grant,
  noAnswer,
  type RateLimitObservation,
  type WindowLevel,
  type WindowObservation,
} from './budget.js';
export {
  type BudgetRequest,
  type BudgetStore,
  type Reservation,
  type ReserveRequest,
  type StoreObservation,
} from './budget-store.js';
export { MemoryBudgetStore } from './memory-budget-store.js';
export { PostgresBudgetStore } from './postgres-budget-store.js';
export { rateLimitEntities, rateLimitMigrations } from './rate-budget.schema.js';
export { type AcquireRequest } from './budget-line.js';
export { type LimiterSnapshot, type ObserveRequest, RateLimiter, type RateLimiterOptions } from './rate-limiter.js';
