import { AppError, formatActor, type ApiKey, type Permission, type Role } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { randomUUID } from 'node:crypto';
import { formatApiKey, newApiKeySecret } from '../../domain/people/api-key.js';
import { permissionsOfKey, requireOwn } from '../../domain/people/granting.js';
import { hashSecret } from '../../domain/secrets.js';
import { addApiKey, findApiKeys } from '../../persistence/people/api-key.repository.js';
import { lockFirm } from '../../persistence/people/firm.repository.js';
import { ensureTenant } from '../../persistence/tenant.repository.js';
import type { Conversation } from '../conversation.js';

export interface ApiKeyWish {
  readonly name: string;
  readonly role: Role;
  /** Null: all that the role may do. */
  readonly permissions: readonly Permission[] | null;
  readonly expiresAt: string | null;
}

/** They are listed in one answer. */
const mostKeys = 100;

/** Makes a key that may do no more than whoever makes it. Its secret is told here and never again. */
export class CreateApiKey {
  constructor(private readonly database: Database) {}

  async execute(wish: ApiKeyWish, { tenantId, actor }: Conversation): Promise<{ apiKey: string; key: ApiKey }> {
    requireOwn(actor, permissionsOfKey(wish.role, wish.permissions));
    const keyId = randomUUID();
    const secret = newApiKeySecret();
    const permissions = wish.permissions === null ? null : [...new Set(wish.permissions)];
    const created = { keyId, permissions, name: wish.name, role: wish.role, expiresAt: wish.expiresAt };
    const key = await this.database.inTenant(tenantId, async (tx) => {
      await ensureTenant(tx, tenantId);
      await lockFirm(tx, tenantId);
      if ((await findApiKeys(tx, tenantId)).length >= mostKeys) throw tooMany();
      await addApiKey(tx, { ...created, tenantId, secretHash: hashSecret(secret), createdBy: nameOf(actor) });
      return (await findApiKeys(tx, tenantId)).find((each) => each.keyId === keyId);
    });
    if (key === undefined) throw new Error('An API key that was just made is not there.');
    return { apiKey: formatApiKey({ keyId, secret }), key };
  }
}

/** Who it is, without what they may do. */
function nameOf(actor: Conversation['actor']): string {
  return formatActor({ kind: actor.kind, id: actor.id, roles: [] });
}

function tooMany(): AppError {
  return new AppError('conflict', 'key.too_many', `A firm has at most ${mostKeys} API keys. Revoke one first.`);
}
