import { compareData, judgeEvents, judgeFetches } from './findings.js';
import type { DoneKill, Story } from './story.js';

export interface Check {
  readonly name: string;
  readonly value: number;
  /** The largest value that is still right. */
  readonly most: number;
  /** That value in the table, when it is more than a number. */
  readonly words?: string;
}

export interface Verdict {
  readonly installation: string;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly checks: readonly Check[];
}

/** Nothing that was looked at is no success. */
export function areMet(verdicts: readonly Verdict[]): boolean {
  return verdicts.length > 0 && verdicts.every(({ checks }) => checks.every(({ value, most }) => value <= most));
}

/** Of a story that never came to its end. */
export function brokenOff(installation: string): Verdict {
  return { installation, figures: {}, checks: [{ name: 'brokenOff', value: 1, most: 0 }] };
}

/** Holds a disturbed story against an undisturbed one. */
export function judge(installation: string, actual: Story, expected: Story): Verdict {
  const kills = actual.kills.length;
  const { evidence } = actual;
  const fetches = judgeFetches(evidence, expected.evidence, kills);
  const none = { ...compareData(evidence, expected.evidence), ...judgeEvents(evidence) };
  return {
    installation,
    figures: {
      kills: actual.kills.map(tellKill).join(', '),
      records: evidence.records.length,
      entities: evidence.entities.length,
      events: new Set(evidence.events.map(({ id }) => id)).size,
      eventsRedelivered: evidence.events.length - new Set(evidence.events.map(({ id }) => id)).size,
      pages: sum(evidence.fetches.map(({ differentPages }) => differentPages)),
      pagesFetchedAgain: fetches.pagesFetchedAgain,
      seconds: Math.round(actual.seconds),
      secondsOfStandaloneUndisturbed: Math.round(expected.seconds),
    },
    checks: [
      { name: 'brokenOff', value: 0, most: 0 },
      ...Object.entries(none).map(([name, value]) => ({ name, value, most: 0 })),
      { name: 'pagesFetchedAgainOfOneResource', value: fetches.mostOfOneResource, most: kills, words: 'one a kill' },
      { name: 'resourcesWithOtherPages', value: fetches.pagesDifferent, most: 0 },
      { name: 'resourcesWithUnexplainedCalls', value: fetches.callsUnexplained, most: 0 },
      { name: 'messagesLeftWaiting', value: evidence.waiting, most: 0 },
      { name: 'deadLetters', value: evidence.deadLetters, most: 0 },
    ],
  };
}

/** After a kill of one process the others must end, too, before the next start. */
function tellKill({ victim, at, downMs }: DoneKill): string {
  return `${victim} at ${Math.round(at * 100)} % (all ended in ${(downMs / 1000).toFixed(1)} s)`;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
