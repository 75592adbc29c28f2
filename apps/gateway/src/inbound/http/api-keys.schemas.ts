import { peopleMessages } from '@firmbridge/contracts';
import { z } from 'zod';

const { listApiKeys, createApiKey } = peopleMessages;
const { name, role, permissions, expiresAt } = createApiKey.data.shape;

export const apiKeyList = listApiKeys.reply.meta({ id: 'ApiKeyList' });
export type ApiKeyList = z.output<typeof apiKeyList>;

export const newApiKey = z
  .strictObject({
    name,
    role,
    permissions: permissions.default(null).describe('No more than these of the role; null for all of them.'),
    expiresAt: expiresAt.default(null).describe('Null: until it is revoked.'),
  })
  .meta({ id: 'NewApiKey' });
export type NewApiKey = z.output<typeof newApiKey>;

export const createdApiKey = createApiKey.reply.meta({ id: 'CreatedApiKey' });
export type CreatedApiKey = z.output<typeof createdApiKey>;
