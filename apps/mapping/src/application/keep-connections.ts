import { Injectable } from '@nestjs/common';
import type { authMessages, DataOf, Message } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { AgreementRepository } from '../persistence/agreement.repository.js';
import { ConnectionRepository } from '../persistence/connection.repository.js';

type Established = Message<DataOf<typeof authMessages.connectionEstablished>>;
type Ended = Message<DataOf<typeof authMessages.connectionDisconnected>>;

/** Keeps what mapping needs to know of the tenant's connections. */
@Injectable()
export class KeepConnections {
  constructor(
    private readonly inbox: Inbox,
    private readonly connections: ConnectionRepository,
    private readonly agreements: AgreementRepository,
  ) {}

  async established(queue: string, event: Established): Promise<void> {
    const { connectionId, provider, region, status } = event.data;
    await this.inbox.once(queue, event, (tx) =>
      this.connections.keep(tx, {
        tenantId: event.tenantId,
        connectionId,
        provider,
        region,
        status,
        changedAt: event.time,
      }),
    );
  }

  async ended(queue: string, event: Ended, status: 'reauthorization_required' | 'disconnected'): Promise<void> {
    const { connectionId, provider } = event.data;
    await this.inbox.once(queue, event, async (tx) => {
      const { tenantId, time: changedAt } = event;
      await this.connections.keep(tx, { tenantId, connectionId, provider, region: null, status, changedAt });
      if (status === 'disconnected') await this.agreements.forgetSent(tx, tenantId, connectionId);
    });
  }
}
