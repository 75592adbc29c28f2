import { systemActor } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { randomUUID } from 'node:crypto';
import { lockDueCredential, takeLease } from '../../persistence/credential.repository.js';
import { serviceName } from '../conversation.js';
import type { Leased } from './carry-out-refresh.js';
import type { RefreshCredential } from './refresh-credential.js';

/**
 * Refreshes the credential that has been due for longest, whether or not somebody asks for its token; false when none is due.
 * Any number of callers and replicas may do so at once: each finds another one.
 */
export class RefreshDueCredentials {
  constructor(
    private readonly database: Database,
    private readonly refreshCredential: RefreshCredential,
    private readonly leaseMs: number,
  ) {}

  async execute(): Promise<boolean> {
    const leased = await this.claim();
    if (leased === null) return false;
    await this.refreshCredential.carryOut(leased);
    return true;
  }

  private claim(): Promise<Leased | null> {
    return this.database.acrossTenants(async (tx) => {
      const credential = await lockDueCredential(tx);
      if (credential === null) return null;
      const owner = randomUUID();
      await takeLease(tx, credential, owner, this.leaseMs);
      const { tenantId } = credential;
      const conversation = { tenantId, actor: systemActor(serviceName), correlationId: randomUUID() };
      return { owner, credential, conversation };
    });
  }
}
