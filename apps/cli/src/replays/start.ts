import { startReplay as start, type NewReplay } from '@firmbridge/api-client';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { followReplay } from './follow.js';

export interface StartOptions {
  readonly queue: string;
  readonly type?: NonNullable<NewReplay['entityTypes']>;
  readonly id?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly perSecond: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

export async function startReplay(session: Session, options: StartOptions): Promise<void> {
  const { client, terminal } = session;
  const { queue, type, id, from, to, perSecond, follow, json } = options;
  const body = { queue, entityTypes: type, entityIds: id, changedFrom: from, changedTo: to, perSecond };
  const accepted = await answerOf(start({ client, body }));
  if (follow) return followReplay(session, accepted.replayId, { json });
  if (json) return terminal.print(asJson(accepted));
  terminal.print(`Replay ${accepted.replayId} is accepted.`);
  terminal.tell(`firmbridge replay show ${accepted.replayId} tells where it stands.`);
}
