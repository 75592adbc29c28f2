import { getReplay, type Replay } from '@firmbridge/api-client';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailure } from '../failures.js';
import { answerOf, isRefusal } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { outcome, progressLine } from './replay-text.js';

/** A replay that has not begun after so many looks is reported instead of waited for. */
const looksForABeginning = 40;

/** Shows the progress of a replay until it ends. Throws when it ends otherwise than complete, or is not watched to its end. */
export async function followReplay(session: Session, replayId: string, { json }: { json?: boolean }): Promise<void> {
  const { terminal } = session;
  const replay = await watch(session, replayId, json ? () => undefined : progressTo(session));
  if (json) terminal.print(asJson(replay));
  if (replay.state !== 'completed') throw new CommandFailure(outcome(replay), { code: `replay.${replay.state}` });
  if (!json) terminal.print(outcome(replay));
}

async function watch(session: Session, replayId: string, show: (replay: Replay | null) => void): Promise<Replay> {
  const { signal, lookEveryMs = 500 } = session;
  try {
    for (let looks = 0; ; looks += 1) {
      const replay = await look(session, replayId);
      if (replay === null && looks > looksForABeginning) throw notBegun(replayId);
      if (replay?.state === 'running' || replay?.state === 'completed') show(replay);
      if (replay !== null && replay.state !== 'running') return replay;
      await wait(lookEveryMs, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) throw unwatched(replayId);
    throw error;
  } finally {
    show(null);
  }
}

/** null while mapping has not taken up the command. */
async function look({ client }: Session, replayId: string): Promise<Replay | null> {
  try {
    return await answerOf(getReplay({ client, path: { replayId } }));
  } catch (error) {
    if (isRefusal(error, 'replay.unknown')) return null;
    throw error;
  }
}

/** On a terminal one line that changes; elsewhere a line for each tenth. */
function progressTo({ terminal }: Session): (replay: Replay | null) => void {
  let told = -1;
  return (replay) => {
    if (terminal.canRedraw) return terminal.redraw(replay === null ? '' : progressLine(replay));
    if (replay === null) return;
    const tenths = Math.floor((replay.sent / Math.max(1, replay.expected)) * 10);
    if (tenths > told) terminal.tell(progressLine(replay));
    told = Math.max(told, tenths);
  };
}

function notBegun(replayId: string): CommandFailure {
  const message =
    `Replay ${replayId} was accepted and has not begun: mapping is away, or has refused it (see its log).\n` +
    `firmbridge replay show ${replayId} tells when it has.`;
  return new CommandFailure(message, { code: 'replay.not_begun', replayId });
}

function unwatched(replayId: string): CommandFailure {
  const message = `The replay goes on unwatched: firmbridge replay show ${replayId} tells where it stands.`;
  return new CommandFailure(message, { code: 'stopped', replayId });
}
