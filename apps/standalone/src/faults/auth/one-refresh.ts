import { setTimeout as wait } from 'node:timers/promises';
import { isAppError } from '@firmbridge/contracts';
import type { Check } from '../verdict.js';
import { aTenant, isTaken, type AuthPlace, type ConnectedAccount } from './auth-place.js';
import type { PartFindings } from '../part-findings.js';
import type { ReplicaSabotage } from './auth-sabotage.js';

const replicas = 4;
const callersPerReplica = 200;
const tokenEndpointMs = 30_000;
const giveUpAfterMs = 150_000;
/** As the sync services ask. */
const askForMs = 20_000;

interface Served {
  readonly accessToken: string;
  readonly generation: number;
}

/** A token is over, its provider needs 30 s for the next one, and everybody wants it at once. */
export async function oneRefresh(place: AuthPlace, sabotage: ReplicaSabotage | null): Promise<PartFindings> {
  for (let n = 0; n < replicas; n += 1) await place.start({ sabotage });
  const account = await place.connect({ tenantId: aTenant(), provider: 'clio', region: 'us' });
  await place.sandbox.slowTokenEndpoint(tokenEndpointMs);
  const callsBefore = await place.sandbox.tokenCalls();
  await place.db.query(
    `update auth.credential set expires_at = clock_timestamp() - interval '1 second', refresh_at = clock_timestamp() - interval '1 second'
      where connection_id = $1`,
    [account.connectionId],
  );
  const startedAt = performance.now();
  const callers = Array.from({ length: replicas * callersPerReplica }, () => serve(place, account));
  const served = (await Promise.all(callers)).filter((one) => one !== null);
  const seconds = (performance.now() - startedAt) / 1_000;
  const calls = (await place.sandbox.tokenCalls()) - callsBefore;
  await place.sandbox.clearFaults();
  const tokens = new Set(served.map(({ accessToken }) => accessToken));
  const taken = await Promise.all([...tokens].map((token) => isTaken(account, token)));
  const checks: Check[] = [
    { name: 'refreshesBesideTheOne', value: Math.abs(calls - 1), most: 0 },
    { name: 'callersNotServed', value: callers.length - served.length, most: 0 },
    { name: 'callersWithAnOldToken', value: served.filter(({ generation }) => generation !== 2).length, most: 0 },
    { name: 'tokensRefusedByTheProvider', value: taken.filter((isGood) => !isGood).length, most: 0 },
  ];
  return {
    figures: { callers: callers.length, replicas, refreshes: calls, secondsUntilAllWereServed: Math.round(seconds) },
    checks,
  };
}

/** Comes again as a sync service does when it is told to, or when nobody answers in time. */
async function serve(place: AuthPlace, account: ConnectedAccount): Promise<Served | null> {
  const giveUpAt = performance.now() + giveUpAfterMs;
  while (performance.now() < giveUpAt) {
    try {
      return await place.token(account, null, askForMs);
    } catch (error) {
      if (!isAppError(error) || !error.retryable) return null;
      await wait((error.retryAfterMs ?? 1_000) * (0.5 + Math.random()));
    }
  }
  return null;
}
