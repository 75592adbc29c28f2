import { bucketShape, type BucketShape, spentAfter, spentForPause, spentWhenRemaining, waitFor } from './bucket.js';
import { type BudgetSnapshot, burstShareOf, laneReserves, ownerOf } from './budget.js';
import {
  type BudgetRequest,
  type BudgetStore,
  cautionMs,
  cautionRetryMs,
  type Reservation,
  type ReserveRequest,
  type StoreObservation,
} from './budget-store.js';

interface WindowState {
  spent: number;
  spentAt: number;
  observedLimit: number | null;
}

interface KeyState {
  readonly windows: Map<number, WindowState>;
  pausedUntil: number;
  isObserved: boolean;
  firstCallUntil: number;
}

interface Level {
  readonly seconds: number;
  readonly limit: number;
  readonly spent: number;
  readonly shape: BucketShape;
}

const mostKeys = 10_000;

/** Budgets of one process. */
export class MemoryBudgetStore implements BudgetStore {
  private readonly keys = new Map<string, KeyState>();

  constructor(private readonly clock: () => Date = () => new Date()) {}

  async reserve(request: ReserveRequest): Promise<Reservation> {
    const now = this.clock().getTime();
    const key = this.keyOf(request);
    if (key.pausedUntil > now) return { isGranted: false, retryAfterMs: key.pausedUntil - now };
    if (request.policy.windows.length === 0) return { isGranted: true, at: new Date(now) };
    if (!key.isObserved && key.firstCallUntil > now) {
      return { isGranted: false, retryAfterMs: Math.min(key.firstCallUntil - now, cautionRetryMs) };
    }

    const levels = levelsOf(key, request, now);
    const laneReserve = laneReserves[request.lane];
    const wait = Math.max(0, ...levels.map((level) => waitFor(level.spent, laneReserve, level.shape)));
    if (wait > 0) return { isGranted: false, retryAfterMs: wait };

    for (const level of levels) spend(key, level.seconds, level.spent + 1, now);
    if (!key.isObserved) key.firstCallUntil = now + cautionMs;
    return { isGranted: true, at: new Date(now) };
  }

  async observe(request: BudgetRequest, observation: StoreObservation): Promise<void> {
    const now = this.clock().getTime();
    const key = this.keyOf(request);
    key.isObserved ||= observation.isAnswered;
    key.firstCallUntil = 0;
    if (observation.pauseMs !== null) key.pausedUntil = Math.max(key.pausedUntil, now + observation.pauseMs);
    for (const { seconds, limit } of observation.windows) {
      if (limit !== null) windowOf(key, seconds, now).observedLimit = limit;
    }

    const levels = levelsOf(key, request, now);
    observation.windows.forEach(({ seconds, remaining, resetInMs }, index) => {
      const level = levels.find((candidate) => candidate.seconds === seconds);
      if (!level) return;
      const resetInSeconds = Math.min(Math.max(resetInMs / 1000, 0), seconds);
      const reported = remaining === null ? 0 : spentWhenRemaining(remaining, resetInSeconds, level.shape);
      const paused = observation.pauseMs === null || index > 0 ? 0 : spentForPause(observation.pauseMs, level.shape);
      spend(key, seconds, Math.max(level.spent, reported, paused), now);
    });
  }

  async snapshot(request: BudgetRequest): Promise<BudgetSnapshot> {
    const now = this.clock().getTime();
    const key = this.keyOf(request);
    return {
      windows: levelsOf(key, request, now).map(({ seconds, limit, spent, shape }) => ({
        seconds,
        limit,
        burst: shape.burst,
        available: shape.burst - spent,
      })),
      pausedUntil: key.pausedUntil > now ? new Date(key.pausedUntil) : null,
      isObserved: key.isObserved,
    };
  }

  private keyOf(request: BudgetRequest): KeyState {
    const name = `${ownerOf(request)}|${request.key}`;
    const known = this.keys.get(name);
    // The key used last stands last, so the first one is the one to forget.
    this.keys.delete(name);
    const key = known ?? { windows: new Map(), pausedUntil: 0, isObserved: false, firstCallUntil: 0 };
    this.keys.set(name, key);
    if (this.keys.size > mostKeys) this.keys.delete(this.keys.keys().next().value as string);
    return key;
  }
}

function levelsOf(key: KeyState, { policy }: BudgetRequest, now: number): Level[] {
  const limits = new Map(policy.windows.map((window) => [window.seconds, window.limit]));
  for (const [seconds, { observedLimit }] of key.windows) {
    if (observedLimit !== null) limits.set(seconds, Math.min(limits.get(seconds) ?? observedLimit, observedLimit));
  }
  return [...limits].map(([seconds, limit]) => {
    const shape = bucketShape(limit, seconds, burstShareOf(policy));
    const state = key.windows.get(seconds);
    return { seconds, limit, shape, spent: state ? spentAfter(state.spent, now - state.spentAt, shape) : 0 };
  });
}

function windowOf(key: KeyState, seconds: number, now: number): WindowState {
  const known = key.windows.get(seconds);
  if (known) return known;
  const created: WindowState = { spent: 0, spentAt: now, observedLimit: null };
  key.windows.set(seconds, created);
  return created;
}

function spend(key: KeyState, seconds: number, spent: number, now: number): void {
  const state = windowOf(key, seconds, now);
  state.spent = spent;
  state.spentAt = now;
}
