import type { Replay } from '@firmbridge/api-client';
import { facts, table } from '../output/table.js';
import { count, countOf, printable } from '../output/text.js';
import { duration, fullTime, relativeTime } from '../output/time.js';

const barLength = 24;

export function replayTable(replays: readonly Replay[], now: Date): string {
  const columns = [
    { head: 'id', width: 36 },
    { head: 'queue', width: 23 },
    { head: 'progress', width: 17 },
    { head: 'began', width: 11 },
  ];
  const rows = replays.map((replay) => [
    replay.replayId,
    [replay.queue, ...replay.entityTypes].join('\n'),
    `${replay.state}\n${count(replay.sent)} of ${count(replay.expected)}`,
    relativeTime(replay.startedAt, now),
  ]);
  return table(columns, rows);
}

export function replayPage(replay: Replay, now: Date): string {
  return [
    `Replay ${replay.replayId}: ${replay.state}`,
    facts([
      ['into', replay.queue],
      ['entities', entitiesOf(replay)],
      ['sent', `${count(replay.sent)} of ${count(replay.expected)}, at most ${count(replay.perSecond)} a second`],
      ['began', `${fullTime(replay.startedAt, now)} for ${printable(replay.requestedBy)}`],
      ['ended', replay.finishedAt === null ? null : fullTime(replay.finishedAt, now)],
      ['reason', replay.reason === null ? null : printable(replay.reason)],
    ]),
  ].join('\n\n');
}

function entitiesOf({ entityTypes, entityIds, changedFrom, changedTo }: Replay): string {
  const parts = [
    entityTypes.length === 0 ? 'of every type' : entityTypes.join(', '),
    ...(entityIds.length === 0 ? [] : [`${countOf(entityIds.length, 'id')}`]),
    ...(changedFrom === null ? [] : [`changed since ${changedFrom}`]),
    ...(changedTo === null ? [] : [`changed before ${changedTo}`]),
  ];
  return parts.join('; ');
}

/** How far it is, on one line. */
export function progressLine({ sent, expected, perSecond }: Replay): string {
  const share = expected === 0 ? 1 : Math.min(1, sent / expected);
  const full = Math.round(share * barLength);
  const bar = '━'.repeat(full) + '─'.repeat(barLength - full);
  const msToGo = ((expected - sent) / perSecond) * 1000;
  const toGo = msToGo >= 1000 ? `, ${duration(msToGo)} to go at least` : '';
  return `${bar} ${count(sent)} of ${count(expected)} (${Math.floor(share * 100)} %)${toGo}`;
}

/** What became of it, as a sentence. */
export function outcome(replay: Replay): string {
  const { replayId, state, sent, expected, queue, reason } = replay;
  const why = reason === null ? '' : `: ${printable(reason).replace(/\.$/, '')}`;
  if (state === 'completed') return `Replay ${replayId} is complete: ${countOf(sent, 'event')} in ${queue}.`;
  if (state === 'running')
    return `Replay ${replayId} is running: ${count(sent)} of ${countOf(expected, 'event')} sent.`;
  const after = expected === 0 ? 'before anything was sent' : `after ${count(sent)} of ${countOf(expected, 'event')}`;
  return `Replay ${replayId} ${state === 'failed' ? 'failed' : 'was cancelled'} ${after}${why}.`;
}
