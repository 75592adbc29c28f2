import { AppError, formatActor, type Role } from '@firmbridge/contracts';
import { sqlState, sqlStates, type Database, type Tx } from '@firmbridge/database';
import { randomUUID } from 'node:crypto';
import { normaliseEmail } from '../../domain/people/email.js';
import { permissionsOfRoles, requireOwn } from '../../domain/people/granting.js';
import { hashSecret } from '../../domain/secrets.js';
import { lockFirm } from '../../persistence/people/firm.repository.js';
import { addPerson, inviteAgain, lockPerson } from '../../persistence/people/person.repository.js';
import { replaceSetupToken } from '../../persistence/people/setup-token.repository.js';
import { ensureTenant } from '../../persistence/tenant.repository.js';
import type { Conversation } from '../conversation.js';
import type { SetupLink } from './create-setup-link.js';
import { emailTaken } from './email-taken.js';
import { newSetupToken, setupLifetimeMs } from './setup-token.js';

export interface Invitation {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** A way in for a colleague, once and for a day. Somebody invited or deactivated starts anew, with the roles given now. */
export class InvitePerson {
  constructor(private readonly database: Database) {}

  async execute(wish: Invitation, { tenantId, actor }: Conversation): Promise<SetupLink & { personId: string }> {
    const email = normaliseEmail(wish.email);
    if (email === null) throw new AppError('validation', 'person.bad_email', 'This is not an e-mail address.');
    const roles = [...new Set(wish.roles)];
    requireOwn(actor, permissionsOfRoles(roles));
    const setupToken = newSetupToken();
    try {
      return await this.database.inTenant(tenantId, async (tx) => {
        await ensureTenant(tx, tenantId);
        await lockFirm(tx, tenantId);
        const personId = await invite(tx, tenantId, { email, name: wish.name, roles });
        const expiresAt = await replaceSetupToken(tx, {
          ...{ tenantId, tokenHash: hashSecret(setupToken), personId },
          ...{ createdBy: formatActor(actor), lifetimeMs: setupLifetimeMs },
        });
        return { personId, setupToken, expiresAt };
      });
    } catch (error) {
      throw sqlState(error) === sqlStates.uniqueViolation ? emailTaken() : error;
    }
  }
}

async function invite(tx: Tx, tenantId: string, { email, name, roles }: Invitation): Promise<string> {
  const known = await lockPerson(tx, tenantId, { email });
  if (known?.status === 'active') {
    throw new AppError('conflict', 'person.known', 'This person belongs to the firm already.');
  }
  const personId = known?.personId ?? randomUUID();
  if (known === null) await addPerson(tx, { tenantId, personId, email, name, roles, passwordHash: null });
  else await inviteAgain(tx, { tenantId, personId, name, roles });
  return personId;
}
