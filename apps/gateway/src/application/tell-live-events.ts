import { Injectable } from '@nestjs/common';
import {
  authMessages,
  syncMessages,
  type Connection,
  type DataOf,
  type Message,
  type Run,
} from '@firmbridge/contracts';
import type { ConnectionChange } from '../domain/live-event.js';
import { adviceFor } from '../domain/problem-advice.js';
import { LiveFeed } from './live-feed.js';

const { connectionEstablished, connectionReauthorizationRequired, connectionDisconnected } = authMessages;
const { runProgressed, problemRaised } = syncMessages;

/** The events that open pages are told. */
export const liveContracts = [
  runProgressed,
  problemRaised,
  connectionEstablished,
  connectionReauthorizationRequired,
  connectionDisconnected,
];

/** Turns the platform's events into what a page understands. */
@Injectable()
export class TellLiveEvents {
  constructor(private readonly feed: LiveFeed) {}

  execute(message: Message): void {
    const { tenantId } = message;
    if (message.type === runProgressed.type) {
      this.feed.publish(tenantId, { event: 'run', data: message.data as Run });
    } else if (message.type === problemRaised.type) {
      this.tellProblem(message as Message<DataOf<typeof problemRaised>>);
    } else {
      const status = statusAfter.get(message.type);
      if (status === undefined) return;
      const { connectionId, provider } = message.data as Pick<Connection, 'connectionId' | 'provider'>;
      this.feed.publish(tenantId, { event: 'connection', data: { connectionId, provider, status } });
    }
  }

  private tellProblem({ id, time, tenantId, correlationId, data }: Message<DataOf<typeof problemRaised>>): void {
    const problem = { ...data, problemId: id, correlationId, occurredAt: time, advice: adviceFor(data.code) };
    this.feed.publish(tenantId, { event: 'problem', data: problem });
  }
}

const statusAfter = new Map<string, ConnectionChange['status']>([
  [connectionEstablished.type, 'active'],
  [connectionReauthorizationRequired.type, 'reauthorization_required'],
  [connectionDisconnected.type, 'disconnected'],
]);
