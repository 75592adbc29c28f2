import { isAppError, peopleMessages } from '@firmbridge/contracts';
import { inParallel } from '../in-parallel.js';
import { until } from '../until.js';
import { aTenant, type AuthPlace } from './auth-place.js';
import type { AuthOrder } from './auth-protocol.js';
import type { ReplicaSabotage } from './auth-sabotage.js';
import type { PartFindings } from '../part-findings.js';

const { createSetupLink, redeemSetup, logIn } = peopleMessages;

const atOnce = 64;
/** Guesses that may be judged: 5 and those after each lock that ends meanwhile; 30 from one address likewise. */
const mostGuesses = { person: 10, source: 40 };
const mostDelayMs = 50;
const password = 'harbour kite 94 lamp';
const askForMs = 15_000;

type Outcome = 'let-in' | 'wrong' | 'locked' | 'busy' | 'unanswered';

export interface WrongPasswordsOptions {
  readonly logins: number;
  readonly sabotage: ReplicaSabotage | null;
  readonly tell: (line: string) => void;
}

/**
 * Half of the logins guess one person's password from ever other addresses, half try one password on ever other people from one
 * address. Somebody else logs in meanwhile. The process says how late its event loop was.
 */
export async function wrongPasswords(
  place: AuthPlace,
  { logins, sabotage, tell }: WrongPasswordsOptions,
): Promise<PartFindings> {
  await place.stopReplicas();
  const replica = await place.start({ sabotage });
  const victim = await aPerson(place, 'victim@juniper-vale.example');
  const bystander = await aPerson(place, 'bystander@marsh-holt.example');
  replica.tell({ kind: 'measure' } satisfies AuthOrder);
  const startedAt = performance.now();
  const told = { person: new Map<Outcome, number>(), source: new Map<Outcome, number>() };
  let bystanderShutOut = 0;
  await inParallel(logins, atOnce, async (n) => {
    const isGuess = n % 2 === 0;
    const claim = isGuess
      ? { email: victim, sourceAddress: `203.0.${Math.floor(n / 256) % 256}.${n % 256}` }
      : { email: `person-${n}@juniper-vale.example`, sourceAddress: '198.51.100.7' };
    const { outcome, code } = await attempt(place, { ...claim, password: `wrong-guess-number-${n}` });
    const counts = isGuess ? told.person : told.source;
    if (outcome === 'unanswered') tell(`Login ${n} was not answered: ${code}.`);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (n % 1_000 !== 500) return;
    if ((await patiently(place, { email: bystander, sourceAddress: '192.0.2.44', password })) !== 'let-in')
      bystanderShutOut += 1;
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const { outcome: whileLocked } = await attempt(place, { email: victim, sourceAddress: '192.0.2.45', password });
  replica.tell({ kind: 'tell-delay' } satisfies AuthOrder);
  await until(() => place.delays.length > 0, { timeoutMs: 10_000, what: () => 'the delay of the event loop' });
  const delay = place.delays.at(-1) ?? { p50Ms: 0, p99Ms: Infinity, maxMs: 0 };
  const judged = (counts: Map<Outcome, number>) => (counts.get('wrong') ?? 0) + (counts.get('let-in') ?? 0);
  const sumOf = (outcome: Outcome) => (told.person.get(outcome) ?? 0) + (told.source.get(outcome) ?? 0);
  return {
    figures: {
      wrongLogins: logins,
      loginsLockedOut: sumOf('locked'),
      loginsRefusedAsBusy: sumOf('busy'),
      loginsPerSecond: Math.round(logins / seconds),
      eventLoopDelayP50Ms: delay.p50Ms,
      eventLoopDelayMaxMs: delay.maxMs,
    },
    checks: [
      { name: 'loginsLetIn', value: sumOf('let-in'), most: 0 },
      { name: 'loginsUnanswered', value: sumOf('unanswered'), most: 0 },
      { name: 'guessesOfOnePersonJudged', value: judged(told.person), most: mostGuesses.person },
      { name: 'guessesOfOneAddressJudged', value: judged(told.source), most: mostGuesses.source },
      { name: 'rightPasswordTakenWhileLocked', value: whileLocked === 'locked' ? 0 : 1, most: 0 },
      { name: 'othersShutOut', value: bystanderShutOut, most: 0 },
      { name: 'eventLoopDelayP99Ms', value: delay.p99Ms, most: mostDelayMs },
    ],
  };
}

const outcomes: Partial<Record<string, Outcome>> = {
  'login.refused': 'wrong',
  'login.locked': 'locked',
  'login.busy': 'busy',
};

interface Claim {
  readonly email: string;
  readonly sourceAddress: string;
  readonly password: string;
}

async function attempt(place: AuthPlace, claim: Claim): Promise<{ outcome: Outcome; code: string }> {
  try {
    const question = { ...claim, previousSessionToken: null };
    await place.ask(logIn, question, { tenantId: place.tenantId, timeoutMs: askForMs });
    return { outcome: 'let-in', code: '' };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { outcome: outcomes[error.code] ?? 'unanswered', code: error.code };
  }
}

/** As a person does who is told to try again in a moment. */
async function patiently(place: AuthPlace, claim: Claim): Promise<Outcome> {
  let outcome: Outcome = 'busy';
  const isSaid = async () => {
    ({ outcome } = await attempt(place, claim));
    return outcome !== 'busy';
  };
  await until(isSaid, { timeoutMs: 30_000, intervalMs: 500, what: () => 'a login' }).catch(() => null);
  return outcome;
}

/** The first administrator of a new firm. */
async function aPerson(place: AuthPlace, email: string): Promise<string> {
  const tenantId = aTenant();
  const { setupToken } = await place.ask(createSetupLink, {}, { tenantId });
  const answers = { setupToken, password, name: 'Imogen Vale', email, firmName: 'Juniper & Vale LLP' };
  await place.ask(redeemSetup, answers, { tenantId });
  return email;
}
