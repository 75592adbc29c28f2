import { isAppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { Logger } from '@nestjs/common';
import { findDeadLocations } from '../../persistence/agency.repository.js';
import type { Conversation } from '../conversation.js';
import type { ConnectAgencyLocation } from './connect-agency-location.js';

/**
 * Connects again, after their agency was, the locations whose tokens had come by it and had died. One that cannot be connected
 * goes on waiting for a person.
 */
export class ReviveLocations {
  private readonly logger = new Logger(ReviveLocations.name);

  constructor(
    private readonly database: Database,
    private readonly connectLocation: ConnectAgencyLocation,
  ) {}

  async execute(agencyId: string, conversation: Conversation): Promise<void> {
    const dead = await this.database.inTenant(conversation.tenantId, (tx) => findDeadLocations(tx, agencyId));
    for (const locationId of dead) {
      try {
        await this.connectLocation.execute({ agencyId, locationId }, conversation);
      } catch (error) {
        if (!isAppError(error)) throw error;
        this.logger.warn(`The location ${locationId} could not be connected again: ${error.code}`);
      }
    }
  }
}
