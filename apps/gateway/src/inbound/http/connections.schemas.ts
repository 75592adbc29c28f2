import { authMessages, providerSchema, regionSchema } from '@firmbridge/contracts';
import { z } from 'zod';

export const connectionList = authMessages.listConnections.reply.meta({ id: 'ConnectionList' });
export type ConnectionList = z.output<typeof connectionList>;

export const newConnection = z
  .strictObject({ provider: providerSchema, region: regionSchema })
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
