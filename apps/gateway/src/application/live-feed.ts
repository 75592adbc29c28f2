import { Inject, Injectable } from '@nestjs/common';
import { isAppError, mayDo, type Permission } from '@firmbridge/contracts';
import { LOGGER, type Logger } from '@firmbridge/service';
import type { Caller } from '../domain/caller.js';
import type { LiveEvent } from '../domain/live-event.js';
import { SyncServices } from './sync-services.js';

const currentRuns = 10;

/** Without it an event is not told. */
const neededFor = { run: 'runs.read', problem: 'runs.read', connection: 'connections.read' } as const satisfies Record<
  LiveEvent['event'],
  Permission
>;

/** One open page. */
export interface FeedClient {
  send(event: LiveEvent): void;
  end(reason: 'stopping'): void;
}

interface Membership {
  readonly client: FeedClient;
  readonly caller: Caller;
  /** Events that came while the current runs were being asked for; null when they go straight on. */
  held: LiveEvent[] | null;
}

/** Hands live events to the open pages of their tenant, and to no other. */
@Injectable()
export class LiveFeed {
  private readonly members = new Set<Membership>();

  constructor(
    private readonly services: SyncServices,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  get size(): number {
    return this.members.size;
  }

  /** The client is told the current runs first, then every event. Returns how to leave. */
  join(client: FeedClient, caller: Caller): () => void {
    const membership: Membership = { client, caller, held: null };
    this.members.add(membership);
    void this.tellCurrentRuns(membership);
    return () => this.members.delete(membership);
  }

  publish(tenantId: string, event: LiveEvent): void {
    for (const { client, caller, held } of this.members) {
      if (caller.tenantId !== tenantId || !mayDo(caller.actor, neededFor[event.event])) continue;
      if (held === null) client.send(event);
      else held.push(event);
    }
  }

  /** For when events may have been missed. */
  async tellEveryone(): Promise<void> {
    await Promise.all([...this.members].map((membership) => this.tellCurrentRuns(membership)));
  }

  endAll(): void {
    for (const { client } of this.members) client.end('stopping');
  }

  /** Oldest first. What happens meanwhile follows behind, so that an older state never ends up over a newer one. */
  private async tellCurrentRuns(membership: Membership): Promise<void> {
    if (membership.held !== null) return;
    const held: LiveEvent[] = [];
    membership.held = held;
    const runs = await this.currentRuns(membership.caller);
    membership.held = null;
    for (const run of runs) membership.client.send({ event: 'run', data: run });
    for (const event of held) membership.client.send(event);
  }

  /** A sync service that is away is no reason to refuse a page its events. */
  private async currentRuns(caller: Caller) {
    try {
      return (await this.services.runs(currentRuns, caller)).toReversed();
    } catch (error) {
      if (isAppError(error)) this.log.warn({ code: error.code }, 'the current runs are not known');
      else this.log.error({ err: error }, 'the current runs could not be asked for');
      return [];
    }
  }
}
