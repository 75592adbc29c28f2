import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from '../message.js';
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

export const connectionEstablished = defineEvent({
  name: 'auth.connection-established.v1',
  summary: 'An account was connected, or connected again after its grant had died: its work may go on.',
  data: connectionSchema,
});

export const connectionReauthorizationRequired = defineEvent({
  name: 'auth.connection-reauthorization-required.v1',
  summary: 'The grant of a connection is dead; its work is parked until a person reconnects it.',
  data: z.object({ connectionId: z.uuid(), provider: providerSchema, reason: z.string() }),
});

export const connectionDisconnected = defineEvent({
  name: 'auth.connection-disconnected.v1',
  summary: 'A person ended a connection.',
  data: z.object({ connectionId: z.uuid(), provider: providerSchema }),
});

export const pairingCreated = defineEvent({
  name: 'auth.pairing-created.v1',
  summary: 'A Clio connection and a GHL connection are kept in step from now on.',
  data: z.object({ pairingId: z.uuid(), clioConnectionId: z.uuid(), ghlConnectionId: z.uuid() }),
});

export const createPairing = defineCommand({
  name: 'auth.create-pairing.v1',
  summary: 'Keep two connections of one tenant in step.',
  data: z.object({ pairingId: z.uuid(), clioConnectionId: z.uuid(), ghlConnectionId: z.uuid() }),
});

export const getAccessToken = defineQuery({
  name: 'auth.get-access-token.v1',
  summary:
    'The current access token of a connection. Naming a rejected generation makes auth refresh if it is still the current one.',
  data: z.object({ connectionId: z.uuid(), rejectedGeneration: z.int().nullable() }),
  reply: z.object({
    accessToken: z.string(),
    generation: z.int(),
    expiresAt: z.iso.datetime().nullable(),
    apiOrigin: z.url(),
    accountId: z.string(),
  }),
});

export const beginAuthorization = defineQuery({
  name: 'auth.begin-authorization.v1',
  summary: 'Start the OAuth flow of a provider; the person is then sent to the returned address.',
  data: z.object({ provider: providerSchema, region: regionSchema, returnTo: z.url().nullable() }),
  reply: z.object({ authorizeUrl: z.url(), expiresAt: z.iso.datetime() }),
});

export const addPrivateToken = defineQuery({
  name: 'auth.add-private-token.v1',
  summary: 'Connect a GHL location by a private integration token.',
  data: z.object({ provider: z.literal('ghl'), locationId: z.string(), token: z.string() }),
  reply: connectionSchema,
});

export const listConnections = defineQuery({
  name: 'auth.list-connections.v1',
  summary: 'The connections and pairings of the tenant.',
  data: z.object({}),
  reply: z.object({
    connections: z.array(connectionSchema),
    pairings: z.array(z.object({ pairingId: z.uuid(), clioConnectionId: z.uuid(), ghlConnectionId: z.uuid() })),
  }),
});
