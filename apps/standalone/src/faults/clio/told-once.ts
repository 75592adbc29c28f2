import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../evidence.js';
import { judgeEvents } from '../findings.js';
import type { TappedEvent } from '../entity-tap.js';
import type { Check } from '../verdict.js';

/** What a subscriber may expect of the events of a story that has come to rest. */
export function checkEvents(part: string, evidence: Evidence): Check[] {
  const { versionsUntold, versionsToldTwice, lastEventsWrong } = judgeEvents(evidence);
  const none = {
    [`${part}VersionsUntold`]: versionsUntold + lastEventsWrong,
    [`${part}DuplicateEvents`]: versionsToldTwice + eventsWithoutChange(evidence.events),
    [`${part}DeadLetters`]: evidence.deadLetters,
  };
  return Object.entries(none).map(([name, value]) => ({ name, value, most: 0 }));
}

/** Updates that tell the state that the event before them has told. */
export function eventsWithoutChange(events: readonly TappedEvent[]): number {
  const states = new Map(events.map(({ subject, version, state }) => [`${subject} ${version}`, state]));
  const updates = new Map(
    events
      .filter(({ type }) => type.includes('.updated.'))
      .map((event) => [`${event.subject} ${event.version}`, event]),
  );
  return [...updates.values()].filter(({ subject, version, state }) => {
    const [epoch, n] = version.split('.').map(Number);
    const before = `${subject} ${epoch}.${(n ?? 0) - 1}`;
    return states.has(before) && isDeepStrictEqual(states.get(before), state);
  }).length;
}
