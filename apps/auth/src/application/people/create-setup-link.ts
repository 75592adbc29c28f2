import { formatActor } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { hashSecret } from '../../domain/secrets.js';
import { lockFirm } from '../../persistence/people/firm.repository.js';
import { countAdministrators } from '../../persistence/people/person.repository.js';
import { replaceSetupToken } from '../../persistence/people/setup-token.repository.js';
import { ensureTenant } from '../../persistence/tenant.repository.js';
import type { Conversation } from '../conversation.js';
import { alreadySetUp, newSetupToken, setupLifetimeMs } from './setup-token.js';

export interface SetupLink {
  readonly setupToken: string;
  readonly expiresAt: string;
}

/** The way in for the first administrator of a firm, once and for a day. An earlier one is no longer good. */
export class CreateSetupLink {
  constructor(private readonly database: Database) {}

  execute({ tenantId, actor }: Pick<Conversation, 'tenantId' | 'actor'>): Promise<SetupLink> {
    const setupToken = newSetupToken();
    return this.database.inTenant(tenantId, async (tx) => {
      await ensureTenant(tx, tenantId);
      await lockFirm(tx, tenantId);
      if ((await countAdministrators(tx, tenantId)) > 0) throw alreadySetUp();
      const expiresAt = await replaceSetupToken(tx, {
        ...{ tenantId, tokenHash: hashSecret(setupToken), personId: null },
        ...{ createdBy: formatActor(actor), lifetimeMs: setupLifetimeMs },
      });
      return { setupToken, expiresAt };
    });
  }
}
