import { getReplay } from '@firmbridge/api-client';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { replayPage } from './replay-text.js';

export async function showReplay(session: Session, replayId: string, { json }: { json?: boolean }): Promise<void> {
  const { client, terminal, now } = session;
  const replay = await answerOf(getReplay({ client, path: { replayId } }));
  terminal.print(json ? asJson(replay) : replayPage(replay, now()));
}
