import { listReplays as list } from '@firmbridge/api-client';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { replayTable } from './replay-text.js';

export interface ListOptions {
  readonly limit: number;
  readonly json?: boolean;
}

export async function listReplays({ client, terminal, now }: Session, { limit, json }: ListOptions): Promise<void> {
  const reply = await answerOf(list({ client, query: { limit } }));
  if (json) return terminal.print(asJson(reply));
  if (reply.replays.length > 0) return terminal.print(replayTable(reply.replays, now()));
  terminal.print(
    'No replay was ever asked for. firmbridge replay start --queue QUEUE tells a subscriber everything again.',
  );
}
