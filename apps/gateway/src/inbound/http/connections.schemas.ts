import { authMessages, providerSchema, regionSchema } from '@firmbridge/contracts';
import { z } from 'zod';
import { pageParameters } from './page.schemas.js';

export const connectionList = authMessages.listConnections.reply.meta({ id: 'ConnectionList' });
export type ConnectionList = z.output<typeof connectionList>;

export const newConnection = z
  .strictObject({
    provider: providerSchema,
    region: regionSchema,
    connectionId: z
      .uuid()
      .nullable()
      .default(null)
      .describe('The connection to connect again: any other account is then refused.'),
  })
  .refine(({ provider, region }) => (provider === 'ghl') === (region === 'global'), {
    path: ['region'],
    error: 'must be us, eu, ca or au for clio, and global for ghl',
  })
  .meta({ id: 'NewConnection', description: 'Clio has the regions us, eu, ca and au; GoHighLevel has only global.' });
export type NewConnection = z.output<typeof newConnection>;

export const authorization = authMessages.beginAuthorization.reply.meta({ id: 'Authorization' });

export const privateToken = z
  .strictObject({ locationId: z.string().trim().min(1).max(100), token: z.string().trim().min(1).max(2_000) })
  .meta({ id: 'PrivateToken' });
export type PrivateToken = z.output<typeof privateToken>;

export const newPairing = z
  .strictObject({ clioConnectionId: z.uuid(), ghlConnectionId: z.uuid() })
  .meta({ id: 'NewPairing' });
export type NewPairing = z.output<typeof newPairing>;

export const acceptedPairing = z.object({ pairingId: z.uuid() }).meta({ id: 'AcceptedPairing' });
export type AcceptedPairing = z.output<typeof acceptedPairing>;

export const disconnectionsQuery = z.strictObject({
  connectionId: z.uuid().optional(),
  limit: pageParameters.limit,
});
export type DisconnectionsQuery = z.output<typeof disconnectionsQuery>;
export const disconnectionList = authMessages.getDisconnections.reply.meta({ id: 'DisconnectionList' });
export type DisconnectionList = z.output<typeof disconnectionList>;
export const acceptedDisconnection = z.object({ connectionId: z.uuid() }).meta({ id: 'AcceptedDisconnection' });
export type AcceptedDisconnection = z.output<typeof acceptedDisconnection>;
