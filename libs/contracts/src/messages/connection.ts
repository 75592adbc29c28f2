import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { connectionStatusSchema, providerSchema, regionSchema } from '../providers.js';

export const connectionSchema = z
  .object({
    connectionId: z.uuid(),
    provider: providerSchema,
    region: regionSchema,
    /** The provider's own id of the account (Clio account id, GHL location id). */
    accountId: z.string(),
    accountName: z.string(),
    /** Origin of the provider's API for this connection, without a trailing slash. */
    apiOrigin: z.url(),
    status: connectionStatusSchema,
    /** `private_token` connections receive no webhooks. */
    credential: z.enum(['oauth', 'private_token']),
    establishedAt: z.iso.datetime(),
  })
  .meta({ id: 'Connection' });
export type Connection = z.output<typeof connectionSchema>;

export const exampleClioConnection: z.input<typeof connectionSchema> = {
  connectionId: exampleFirm.clioConnectionId,
  provider: 'clio',
  region: 'us',
  accountId: '350982',
  accountName: 'Juniper & Vale LLP',
  apiOrigin: 'https://app.clio.com',
  status: 'active',
  credential: 'oauth',
  establishedAt: '2026-11-18T15:02:11.480Z',
};

export const exampleGhlConnection: z.input<typeof connectionSchema> = {
  connectionId: exampleFirm.ghlConnectionId,
  provider: 'ghl',
  region: 'global',
  accountId: 'Vn4TbYc7QsKd2MfRw9Zx',
  accountName: 'Juniper & Vale Intake',
  apiOrigin: 'https://services.leadconnectorhq.com',
  status: 'active',
  credential: 'private_token',
  establishedAt: '2026-11-18T15:06:52.017Z',
};
