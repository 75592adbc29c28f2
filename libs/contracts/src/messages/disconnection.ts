import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineCommand, defineEvent, defineQuery } from '../message.js';
import { providerSchema } from '../providers.js';
import { remainsSchema, sagaServiceSchema } from './saga-parts.js';

const exampleDisconnectionId = '72c5e9a4-3b18-4d6f-90a7-e4f1c82b6d35';

const stoppingSchema = z.object({ disconnectionId: z.uuid(), connectionId: z.uuid(), provider: providerSchema });
const exampleStopping: z.input<typeof stoppingSchema> = {
  disconnectionId: exampleDisconnectionId,
  connectionId: exampleFirm.ghlConnectionId,
  provider: 'ghl',
};

export const disconnectConnection = defineCommand({
  name: 'auth.disconnect-connection.v1',
  needs: 'connections.manage',
  summary:
    'End a connection, or an agency that no location hangs on any more: its work stops, its token is revoked and destroyed. Asking again changes nothing. Needs connections.manage.',
  data: z.object({ connectionId: z.uuid() }),
  example: { connectionId: exampleFirm.ghlConnectionId },
});

export const connectionStopping = defineEvent({
  name: 'auth.connection-stopping.v1',
  summary:
    'A connection is to end. The sync service of its provider stops its work, deletes its webhooks (the token still works) and answers sync.connection-stopped. Told again every few minutes until it does, each time as a new message: answer each.',
  data: stoppingSchema,
  example: exampleStopping,
});

export const connectionStopped = defineEvent({
  name: 'sync.connection-stopped.v1',
  summary: 'Nothing works with the connection any more, so its token may be revoked.',
  data: stoppingSchema.extend({
    /** What could not be taken away at the provider. */
    remains: z.array(remainsSchema).max(20),
  }),
  example: { ...exampleStopping, remains: [] },
});

export const disconnectionSchema = z
  .object({
    disconnectionId: z.uuid(),
    connectionId: z.uuid(),
    provider: providerSchema,
    accountName: z.string(),
    /** `stopping` waits for those in `missing`, `revoking` for the provider. */
    state: z.enum(['stopping', 'revoking', 'done']),
    requestedAt: z.iso.datetime(),
    requestedBy: z.string(),
    missing: z.array(sagaServiceSchema),
    /** When the missing were asked last, and how often. */
    askedAt: z.iso.datetime(),
    askedCount: z.int(),
    /** `revoked`: the provider has confirmed it. `dead`: there was nothing left to revoke. `kept`: somebody has to remove the app there. */
    revocation: z.enum(['revoked', 'dead', 'kept']).nullable(),
    /** Why the token was not revoked, or not yet, and what to do. */
    revocationReason: z.string().nullable(),
    revocationAttempts: z.int(),
    remains: z.array(remainsSchema),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Disconnection' });
export type Disconnection = z.output<typeof disconnectionSchema>;

export const getDisconnections = defineQuery({
  name: 'auth.get-disconnections.v1',
  needs: 'connections.read',
  summary:
    'Connections that are ending or have ended, newest first: how far, since when, who is missing. Needs connections.read.',
  data: z.object({ connectionId: z.uuid().nullable(), limit: z.int().min(1).max(100) }),
  reply: z.object({ disconnections: z.array(disconnectionSchema) }),
  example: { connectionId: exampleFirm.ghlConnectionId, limit: 20 },
  replyExample: {
    disconnections: [
      {
        disconnectionId: exampleDisconnectionId,
        connectionId: exampleFirm.ghlConnectionId,
        provider: 'ghl',
        accountName: 'Juniper & Vale Intake',
        state: 'stopping',
        requestedAt: '2026-11-20T09:14:20.310Z',
        requestedBy: `person:${exampleFirm.personId};admin`,
        missing: ['ghl-sync'],
        askedAt: '2026-11-20T09:17:20.544Z',
        askedCount: 2,
        revocation: null,
        revocationReason: null,
        revocationAttempts: 0,
        remains: [],
        finishedAt: null,
      },
    ],
  },
});
