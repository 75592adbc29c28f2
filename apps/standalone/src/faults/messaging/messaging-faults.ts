import { percentile } from '../../percentile.js';
import { OwnServers } from '../../servers/own-servers.js';
import type { MessagingFaultOptions } from '../fault-options.js';
import type { Check, Verdict } from '../verdict.js';
import { usualCounts, type DisturbanceCounts } from './disturbance-plan.js';
import { MessagingStory, type MessagingStoryResult } from './messaging-story.js';
import type { Recovery } from './recoveries.js';

export interface MessagingFaults {
  readonly options: MessagingFaultOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  /** What was made and is not removed yet, for whoever breaks the run off. */
  readonly made: Set<{ remove(): Promise<void> }>;
}

const secondsToConsumeAgain = 5;
/** A broken guarantee shows sooner. */
const sabotagedCounts: DisturbanceCounts = {
  ...{ closes: 10, relayKills: 4, ledgerKills: 4, restarts: 1, unbinds: 2, cuts: 1 },
};

/**
 * Whatever ends amid its work, what was committed has its effect once, records are told of in the order of their versions,
 * and consumers are back at once. On a RabbitMQ node and a PostgreSQL cluster that nobody else uses.
 */
export async function messagingFaults({ options, env, tell, made }: MessagingFaults): Promise<Verdict> {
  const disturbances = countsFor(options);
  tell(`Seed ${options.seed}. Starting RabbitMQ and PostgreSQL ...`);
  const servers = await OwnServers.start(env['PATH'] ?? '');
  made.add(servers);
  try {
    const story = await MessagingStory.prepare(servers, { ...options, disturbances, env, tell });
    try {
      return judge(await story.live(), disturbances);
    } finally {
      await story.end();
    }
  } finally {
    await servers.remove();
    made.delete(servers);
  }
}

function countsFor({ sabotage, full }: MessagingFaultOptions): DisturbanceCounts {
  if (!full) return sabotage ? sabotagedCounts : usualCounts;
  const all = Object.entries(usualCounts).map(([name, count]) => [name, Number(count) * 4] as const);
  return Object.fromEntries(all) as unknown as DisturbanceCounts;
}

function judge(result: MessagingStoryResult, planned: DisturbanceCounts): Verdict {
  const { findings, done, counts, remaining } = result;
  const { committed, delivered, publishedAgain, ...mustBeNone } = findings;
  const missedOf = (name: keyof DisturbanceCounts) => Math.max(0, planned[name] - done[name]);
  const undone = (Object.keys(planned) as (keyof DisturbanceCounts)[]).reduce((sum, name) => sum + missedOf(name), 0);
  const { recoveries } = result;
  const secondsOf = (some: readonly Recovery[]) => some.map(({ seconds }) => seconds);
  const seconds = secondsOf(recoveries);
  const none: Record<string, number> = {
    brokenOff: 0,
    ...mustBeNone,
    leftInOutboxAndQueues: remaining.inOutbox + remaining.waiting,
    deadLetters: result.deadLetters,
    consumersNotBack: result.neverConsumedAgain,
    processesEndedByThemselves: result.unexpectedEnds,
    disturbancesNotDone: undone,
  };
  const checks: Check[] = [
    ...Object.entries(none).map(([name, value]) => ({ name, value, most: 0 })),
    {
      name: 'secondsToConsumeAgainP95',
      value: percentile(seconds, 0.95),
      most: secondsToConsumeAgain,
      words: `${secondsToConsumeAgain}`,
    },
  ];
  return {
    installation: 'messaging',
    figures: {
      committed,
      delivered,
      ...{ transactions: counts.committed, rolledBack: counts.rolledBack, heldOpen: counts.slow },
      ...done,
      publishedAgain,
      ...{ duplicatesInjected: counts.duplicatesInjected, deliveriesDelayed: counts.deliveriesDelayed },
      ...{ failuresInjected: counts.failuresInjected, duplicatesIgnored: counts.duplicatesIgnored },
      timesConsumersLostTheBroker: recoveries.length,
      secondsToConsumeAgainP50: percentile(seconds, 0.5),
      mostSecondsAfterAClose: percentile(secondsOf(recoveries.filter(({ afterRestart }) => !afterRestart)), 1),
      mostSecondsAfterARestart: percentile(secondsOf(recoveries.filter(({ afterRestart }) => afterRestart)), 1),
      secondsToSettle: Math.round(result.settleSeconds),
      seconds: Math.round(result.seconds),
    },
    checks,
  };
}
