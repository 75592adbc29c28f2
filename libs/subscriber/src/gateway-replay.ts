import { AppError, mappingMessages, messageOf, type EntityType, type ErrorKind } from '@firmbridge/contracts';

export interface ReplayWish {
  /** Full name of the queue the state is told into. */
  readonly queue: string;
  /** Of which types; none means every type. */
  readonly entityTypes: readonly EntityType[];
}

/**
 * Asks for a replay of the current state into a queue and gives the ids of what it started; the state has been told when each of
 * them has sent its last message.
 */
export type RequestReplay = (wish: ReplayWish) => Promise<readonly string[]>;

export interface GatewayReplayOptions {
  /** Address of the platform's gateway: `https://firmbridge.example.com`. */
  readonly url: string;
  /** An API key; it decides whose entities are told. */
  readonly token: string;
  readonly entityIds?: readonly string[];
  /** Only entities whose last change is at or after this. */
  readonly changedFrom?: Date;
  /** Only entities whose last change is before this. */
  readonly changedTo?: Date;
  readonly perSecond?: number;
  /** Default 30 s. */
  readonly timeoutMs?: number;
}

const accepted = mappingMessages.replayEntities.data.pick({ replayId: true });

/** Asks the gateway's REST API (`POST /api/v1/replays`). For the entities of several firms, ask with the key of each. */
export function replayByGateway(options: GatewayReplayOptions): RequestReplay {
  const { url, token, timeoutMs = 30_000, entityIds, changedFrom, changedTo, perSecond } = options;
  const address = new URL('/api/v1/replays', url);
  return async ({ queue, entityTypes }) => {
    const body = JSON.stringify({ queue, entityTypes, entityIds, changedFrom, changedTo, perSecond });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(address, { method: 'POST', headers, body, signal }).catch((cause: unknown) => {
      throw new AppError('unavailable', 'replay.unavailable', `The gateway cannot be reached: ${messageOf(cause)}.`, {
        cause,
      });
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw refusal(response.status, answer);
    const parsed = accepted.safeParse(answer);
    if (parsed.success) return [parsed.data.replayId];
    throw new AppError('malformed', 'replay.malformed', 'The gateway accepted the replay and did not name it.');
  };
}

const kinds: Readonly<Record<number, ErrorKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  422: 'validation',
  429: 'rate_limited',
};

function refusal(status: number, answer: unknown): AppError {
  const { title, detail } = (answer ?? {}) as { title?: unknown; detail?: unknown };
  const said = [detail, title].find((text) => typeof text === 'string') ?? 'without a reason';
  const message = `The gateway refused the replay with ${status}: ${said}`;
  return new AppError(kinds[status] ?? 'unavailable', 'replay.refused', message, { details: { status } });
}
