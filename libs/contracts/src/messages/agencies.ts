import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';
import { connectionStatusSchema } from '../providers.js';
import { connectionSchema, exampleGhlConnection } from './connection.js';

const exampleAgencyId = '0b96d4e2-5a7f-4318-8c2e-f61d09b3a745';

/** A GoHighLevel agency that allowed the app; its token is exchanged for those of its locations. */
export const agencySchema = z
  .object({
    agencyId: z.uuid(),
    /** GoHighLevel's own id. */
    companyId: z.string(),
    name: z.string(),
    status: connectionStatusSchema,
    establishedAt: z.iso.datetime(),
    /** Connections whose tokens came by this agency. */
    connectionIds: z.array(z.uuid()),
  })
  .meta({ id: 'Agency' });
export type Agency = z.output<typeof agencySchema>;

export const listAgencies = defineQuery({
  name: 'auth.list-agencies.v1',
  needs: 'connections.read',
  summary: 'The GoHighLevel agencies that the firm has connected. Needs connections.read.',
  data: z.object({}),
  reply: z.object({ agencies: z.array(agencySchema) }),
  example: {},
  replyExample: {
    agencies: [
      {
        agencyId: exampleAgencyId,
        companyId: 'aG5kLw8RzT1pYbN4QxVc',
        name: 'Agency aG5kLw8RzT1pYbN4QxVc',
        status: 'active',
        establishedAt: '2026-11-18T15:04:31.700Z',
        connectionIds: [exampleFirm.ghlConnectionId],
      },
    ],
  },
});

export const listAgencyLocations = defineQuery({
  name: 'auth.list-agency-locations.v1',
  needs: 'connections.read',
  summary: 'The locations of an agency in which the app is installed, asked of GoHighLevel. Needs connections.read.',
  data: z.object({ agencyId: z.uuid(), skip: z.int().min(0).max(100_000), limit: z.int().min(1).max(100) }),
  reply: z.object({
    locations: z.array(
      z.object({
        locationId: z.string(),
        name: z.string(),
        /** When this firm has connected it. */
        connectionId: z.uuid().nullable(),
      }),
    ),
    total: z.int(),
  }),
  example: { agencyId: exampleAgencyId, skip: 0, limit: 20 },
  replyExample: {
    locations: [
      {
        locationId: exampleGhlConnection.accountId,
        name: exampleGhlConnection.accountName,
        connectionId: exampleFirm.ghlConnectionId,
      },
    ],
    total: 1,
  },
});

export const connectAgencyLocation = defineQuery({
  name: 'auth.connect-agency-location.v1',
  needs: 'connections.manage',
  summary:
    "Connect a location by its agency's token, or connect it again. From then on it has tokens of its own. Needs connections.manage.",
  data: z.object({ agencyId: z.uuid(), locationId: z.string().min(1).max(100) }),
  reply: connectionSchema,
  example: { agencyId: exampleAgencyId, locationId: exampleGhlConnection.accountId },
  replyExample: { ...exampleGhlConnection, credential: 'oauth' },
});
