import { cancelReplay as cancel } from '@firmbridge/api-client';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { outcome } from './replay-text.js';

export async function cancelReplay(session: Session, replayId: string, { json }: { json?: boolean }): Promise<void> {
  const replay = await answerOf(cancel({ client: session.client, path: { replayId } }));
  session.terminal.print(json ? asJson(replay) : outcome(replay));
}
