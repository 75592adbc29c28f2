import { type BudgetSnapshot, burstShareOf, ownerOf } from './budget.js';
import {
  type BudgetRequest,
  type BudgetStore,
  cautionRetryMs,
  longestCallMs,
  type Reservation,
  type ReserveRequest,
  type StoreObservation,
} from './budget-store.js';
import { foreignCalls, foreignCallsAt, WindowLog } from './window-log.js';
import { laneRules, roomOf, usableOf } from './window-rules.js';

interface WindowState {
  readonly log: WindowLog;
  observedLimit: number | null;
}

interface KeyState {
  readonly windows: Map<number, WindowState>;
  inFlight: number[];
  grantedAt: number;
  pausedUntil: number;
  isObserved: boolean;
}

interface Level {
  readonly seconds: number;
  readonly limit: number;
  readonly log: WindowLog;
}

const mostKeys = 10_000;

/** Budgets of one process. */
export class MemoryBudgetStore implements BudgetStore {
  private readonly keys = new Map<string, KeyState>();

  constructor(private readonly clock: () => Date = () => new Date()) {}

  async reserve(request: ReserveRequest): Promise<Reservation> {
    const now = this.clock().getTime();
    const key = this.keyOf(request);
    const refused = (retryAfterMs: number): Reservation => ({ granted: 0, grant: now, retryAfterMs });
    if (key.pausedUntil > now) return refused(key.pausedUntil - now);
    if (request.policy.windows.length === 0) return { granted: request.wanted, grant: now, retryAfterMs: 0 };
    settleLost(key, request, now);
    if (!key.isObserved && key.inFlight.length > 0) return refused(cautionRetryMs);

    const rooms = levelsOf(key, request).map((level) => {
      const used = level.log.used(now) + key.inFlight.length;
      const { burstShare, sinceLastGrantMs } = {
        burstShare: burstShareOf(request.policy),
        sinceLastGrantMs: now - key.grantedAt,
      };
      const room = roomOf({ ...level, used, sinceLastGrantMs, burstShare }, laneRules[request.lane]);
      const leaveMs = room.missing > 0 ? level.log.msUntilLeft(now, room.missing) : 0;
      return { calls: room.calls, waitMs: Math.max(room.paceMs, leaveMs) };
    });
    const most = key.isObserved ? request.wanted : 1;
    const granted = Math.min(most, ...rooms.map((room) => room.calls));
    if (granted === 0) return refused(Math.max(1, ...rooms.map((room) => room.waitMs)));
    for (let call = 0; call < granted; call++) key.inFlight.push(now);
    key.grantedAt = now;
    return { granted, grant: now, retryAfterMs: 0 };
  }

  async observe(request: BudgetRequest, { grant, isAnswered, windows, pauseMs }: StoreObservation): Promise<void> {
    const now = this.clock().getTime();
    const key = this.keyOf(request);
    const place = grant === null ? -1 : key.inFlight.indexOf(grant);
    if (place >= 0) key.inFlight.splice(place, 1);
    if (pauseMs !== null) key.pausedUntil = Math.max(key.pausedUntil, now + pauseMs);
    key.isObserved = pauseMs === null && (key.isObserved || isAnswered);
    for (const { seconds, limit } of windows) if (limit !== null) windowOf(key, seconds).observedLimit = limit;

    for (const { seconds, limit, log } of levelsOf(key, request)) {
      log.add(now, grant === null ? 0 : 1);
      const seen = windows.find((window) => window.seconds === seconds);
      if (!seen || seen.remaining === null) continue;
      const counted = (seen.limit ?? limit) - seen.remaining;
      const foreign = foreignCalls({ counted, logged: log.used(grant ?? now), underWay: key.inFlight.length });
      log.add(foreignCallsAt(now, seconds, seen.resetInMs), foreign);
    }
  }

  async snapshot(request: BudgetRequest): Promise<BudgetSnapshot> {
    const now = this.clock().getTime();
    const key = this.keyOf(request);
    return {
      windows: levelsOf(key, request).map(({ seconds, limit, log }) => {
        const used = log.used(now) + key.inFlight.length;
        return { seconds, limit, used, available: Math.max(0, usableOf(limit) - used) };
      }),
      inFlight: key.inFlight.length,
      pausedUntil: key.pausedUntil > now ? new Date(key.pausedUntil) : null,
      isObserved: key.isObserved,
    };
  }

  private keyOf(request: BudgetRequest): KeyState {
    const name = `${ownerOf(request)}|${request.key}`;
    const known = this.keys.get(name);
    // The key used last stands last, so the first one is the one to forget.
    this.keys.delete(name);
    const key = known ?? { windows: new Map(), inFlight: [], grantedAt: 0, pausedUntil: 0, isObserved: false };
    this.keys.set(name, key);
    if (this.keys.size > mostKeys) this.keys.delete(this.keys.keys().next().value as string);
    return key;
  }
}

/** A call of which nothing was heard for so long counts as answered now: it was made before. */
function settleLost(key: KeyState, request: BudgetRequest, now: number): void {
  const lost = key.inFlight.filter((at) => at <= now - longestCallMs).length;
  if (lost === 0) return;
  key.inFlight = key.inFlight.slice(lost);
  for (const { log } of levelsOf(key, request)) log.add(now, lost);
}

function levelsOf(key: KeyState, { policy }: BudgetRequest): Level[] {
  const limits = new Map(policy.windows.map((window) => [window.seconds, window.limit]));
  for (const [seconds, { observedLimit }] of key.windows) {
    if (observedLimit !== null) limits.set(seconds, Math.min(limits.get(seconds) ?? observedLimit, observedLimit));
  }
  return [...limits].map(([seconds, limit]) => ({ seconds, limit, log: windowOf(key, seconds).log }));
}

function windowOf(key: KeyState, seconds: number): WindowState {
  const known = key.windows.get(seconds);
  if (known) return known;
  const created: WindowState = { log: new WindowLog(seconds), observedLimit: null };
  key.windows.set(seconds, created);
  return created;
}
