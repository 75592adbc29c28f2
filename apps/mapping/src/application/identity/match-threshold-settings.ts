import { Injectable } from '@nestjs/common';
import {
  AppError,
  type DataOf,
  type identityMessages,
  type MatchThresholds,
  type Message,
} from '@firmbridge/contracts';
import { Database, type Tx } from '@firmbridge/database';
import { ConnectionRepository } from '../../persistence/connection.repository.js';

/** How certain a match must be in a pairing. */
@Injectable()
export class MatchThresholdSettings {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionRepository,
  ) {}

  get({ tenantId, data }: Message<DataOf<typeof identityMessages.getMatchThresholds>>): Promise<MatchThresholds> {
    return this.database.inTenant(tenantId, (tx) => this.required(tx, tenantId, data.pairingId));
  }

  set({ tenantId, data }: Message<MatchThresholds>): Promise<MatchThresholds> {
    return this.database.inTenant(tenantId, async (tx) => {
      await this.connections.setThresholds(tx, tenantId, data);
      return this.required(tx, tenantId, data.pairingId);
    });
  }

  private async required(tx: Tx, tenantId: string, pairingId: string): Promise<MatchThresholds> {
    const thresholds = await this.connections.thresholdsOf(tx, tenantId, pairingId);
    if (thresholds !== null) return thresholds;
    throw new AppError(
      'not_found',
      'pairing.unknown',
      'There is no such pairing, or it was made just now. Try again soon.',
    );
  }
}
