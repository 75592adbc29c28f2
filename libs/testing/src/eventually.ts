import { messageOf } from '@firmbridge/contracts';
import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Default 20 ms. */
  readonly intervalMs?: number;
}

type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/**
 * Repeats a check until it returns something truthy without throwing, and gives that back. A check that returns nothing
 * but made expectations counts as passed when all of them hold. The last failure is the reason when time runs out.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20 }: EventuallyOptions = {},
): Promise<Truthy<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const outcome = await attempt(check);
    if (outcome.passed) return outcome.value as Truthy<T>;
    if (Date.now() + intervalMs > deadline) {
      throw new Error(`Not within ${timeoutMs} ms: ${messageOf(outcome.reason)}`, { cause: outcome.reason });
    }
    await sleep(intervalMs);
  }
}

type Attempt<T> = { passed: true; value: T } | { passed: false; reason: unknown };

async function attempt<T>(check: () => T | Promise<T>): Promise<Attempt<T>> {
  const before = expectationsMade();
  try {
    const value = await check();
    if (value || (value === undefined && expectationsMade() > before)) return { passed: true, value };
    return { passed: false, reason: `the check returned ${String(value)}` };
  } catch (reason) {
    return { passed: false, reason };
  }
}

function expectationsMade(): number {
  const { expect } = globalThis as { expect?: { getState?: () => { assertionCalls?: number } } };
  return expect?.getState?.().assertionCalls ?? 0;
}
