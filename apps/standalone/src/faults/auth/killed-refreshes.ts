import { setTimeout as wait } from 'node:timers/promises';
import { isAppError, messageOf, type Region } from '@firmbridge/contracts';
import { until } from '../until.js';
import { aTenant, isTaken, type AuthPlace, type ConnectedAccount, type ConnectionWish } from './auth-place.js';
import { refreshMoments, type AuthOrder, type RefreshMoment } from './auth-protocol.js';
import type { ReplicaSabotage } from './auth-sabotage.js';
import { endsOf, judgeEnd, type EndCounts, type RefreshEnd } from './refresh-ends.js';

export interface KilledRefreshesOptions {
  /** Whether the provider goes on taking the refresh token that was used. */
  readonly isOldTokenHonoured: boolean;
  readonly killsAtEachPoint: number;
  readonly sabotage: ReplicaSabotage | null;
  readonly tell: (line: string) => void;
}

const replicas = 3;
const lease = { TOKEN_LEASE_SECONDS: '1' };
const dieWithinMs = 30_000;
const recoverWithinMs = 40_000;
const askForMs = 4_000;
/** A provider that is killed amid this never does what it was asked. */
const slowMs = 5_000;
const looksAfterwards = 3;
const tellEvery = 20;
const clioRegions: readonly Region[] = ['us', 'eu', 'ca', 'au'];

/** Replicas die amid refreshes, each at the point it is told, and the connection is looked at afterwards. */
export async function killedRefreshes(place: AuthPlace, options: KilledRefreshesOptions): Promise<EndCounts> {
  const { isOldTokenHonoured, killsAtEachPoint, sabotage, tell } = options;
  await place.sandbox.rotateClioRefreshTokens(!isOldTokenHonoured);
  await Promise.all(Array.from({ length: replicas }, () => place.start({ sabotage }, lease)));
  const tenantId = aTenant();
  const wishes: ConnectionWish[] = clioRegions.map((region) => ({ tenantId, provider: 'clio', region }));
  // GoHighLevel repeats the successor of a refresh token for 30 s: that is long enough for the next replica.
  if (isOldTokenHonoured) wishes.push({ tenantId, provider: 'ghl', region: 'global' });
  const accounts: ConnectedAccount[] = [];
  for (const wish of wishes) accounts.push(await place.connect(wish));
  const ends: RefreshEnd[] = [];
  for (let kill = 0; kill < killsAtEachPoint * refreshMoments.length; kill += 1) {
    const moment = refreshMoments[kill % refreshMoments.length] as RefreshMoment;
    const account = accounts[kill % accounts.length] as ConnectedAccount;
    const round = Math.floor(kill / refreshMoments.length);
    const isAsleep = moment === 'during-call' && round % 2 === 1;
    const end = await oneKill(place, account, { moment, isAsleep, claim: place.file(`claim-${kill}`) });
    ends.push(end);
    const wrong = judgeEnd(end, isOldTokenHonoured);
    if (wrong !== null) tell(`${place.name}, kill ${kill + 1} ${moment}: ${wrong}`);
    if (end.became !== 'served') await reconnect(place, account);
    if ((kill + 1) % tellEvery === 0) tell(`${place.name}: ${kill + 1} refreshes were cut off.`);
  }
  return endsOf(ends, isOldTokenHonoured);
}

interface PlannedKill {
  readonly moment: RefreshMoment;
  /** The provider does nothing before the caller is gone. */
  readonly isAsleep: boolean;
  readonly claim: string;
}

async function oneKill(place: AuthPlace, account: ConnectedAccount, planned: PlannedKill): Promise<RefreshEnd> {
  const { moment, isAsleep, claim } = planned;
  const generation = await generationOf(place, account);
  const calls = await place.sandbox.tokenCalls();
  if (isAsleep) await place.sandbox.slowTokenEndpoint(slowMs);
  const isKilled = await killAmid(place, account, { generation, moment, claim });
  if (isAsleep) await place.sandbox.clearFaults();
  const became = await settledAfter(place, account, generation);
  const callsToSettle = (await place.sandbox.tokenCalls()) - calls;
  for (let look = 0; look < looksAfterwards; look += 1) await place.token(account, null, askForMs).catch(() => null);
  const callsAfterwards = (await place.sandbox.tokenCalls()) - calls - callsToSettle;
  return { moment, isKilled, isUsed: isUsedUp(moment, isAsleep), became, callsToSettle, callsAfterwards };
}

/** Whether the provider has given a successor that nobody has kept. */
function isUsedUp(moment: RefreshMoment, isAsleep: boolean): RefreshEnd['isUsed'] {
  if (moment === 'before-store') return 'yes';
  // What has left may not have arrived when its sender dies.
  return moment === 'during-call' && !isAsleep ? 'perhaps' : 'no';
}

async function killAmid(
  place: AuthPlace,
  account: ConnectedAccount,
  { generation, moment, claim }: { generation: number; moment: RefreshMoment; claim: string },
): Promise<boolean> {
  const kills = () => place.replicas.reduce((sum, replica) => sum + replica.kills, 0);
  const before = kills();
  const order: AuthOrder = { kind: 'die', moment, claim };
  for (const replica of place.replicas) replica.tell(order, { isDeadly: true });
  const giveUpAt = performance.now() + dieWithinMs;
  const asking = place.token(account, generation, askForMs).catch(() => null);
  while (kills() === before && performance.now() < giveUpAt) await wait(5);
  const live: AuthOrder = { kind: 'live' };
  for (const replica of place.replicas) replica.tell(live);
  await asking;
  return kills() > before;
}

/** The next refresh brings a newer token, or the truth that a person is needed. */
async function settledAfter(
  place: AuthPlace,
  account: ConnectedAccount,
  generation: number,
): Promise<RefreshEnd['became']> {
  let became: RefreshEnd['became'] = 'lost';
  const look = async () => {
    try {
      const reply = await place.token(account, generation, askForMs);
      if (reply.generation <= generation || !(await isTaken(account, reply.accessToken))) return false;
      became = 'served';
      return true;
    } catch (error) {
      if (!isAppError(error) || error.code !== 'connection.reauthorization_required') return false;
      became = 'reauthorization_required';
      return true;
    }
  };
  await until(look, {
    ...{ timeoutMs: recoverWithinMs, intervalMs: 100 },
    what: () => 'a token or an honest refusal',
  }).catch(() => null);
  return became;
}

async function reconnect(place: AuthPlace, account: ConnectedAccount): Promise<void> {
  const { tenantId, provider, region, connectionId } = account;
  let failure = '';
  const again = async () => {
    try {
      await place.connect({ tenantId, provider, region, connectionId }, place.runningPort());
      return true;
    } catch (error) {
      failure = messageOf(error);
      return false;
    }
  };
  await until(again, { timeoutMs: recoverWithinMs, intervalMs: 200, what: () => `connecting again: ${failure}` });
}

async function generationOf(place: AuthPlace, { connectionId }: ConnectedAccount): Promise<number> {
  const { rows } = await place.db.query<{ generation: number }>(
    'select generation from auth.credential where connection_id = $1',
    [connectionId],
  );
  return rows[0]?.generation ?? 0;
}
