import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineCommand, defineEvent, defineQuery } from '../message.js';
import { providerSchema, regionSchema } from '../providers.js';
import { connectionSchema, exampleClioConnection, exampleGhlConnection } from './connection.js';
import { rotateKeysOf } from './keys.js';

export { connectionSchema, type Connection } from './connection.js';
export {
  connectionStopped,
  connectionStopping,
  disconnectConnection,
  disconnectionSchema,
  getDisconnections,
} from './disconnection.js';
export { erasureSchema, eraseTenant, getErasures, tenantErased, tenantErasing } from './erasure.js';
export { listProviderApps, providerAppSchema, removeProviderApp, setProviderApp } from './provider-apps.js';
export { agencySchema, connectAgencyLocation, listAgencies, listAgencyLocations } from './agencies.js';

const examplePairing = {
  pairingId: exampleFirm.pairingId,
  clioConnectionId: exampleFirm.clioConnectionId,
  ghlConnectionId: exampleFirm.ghlConnectionId,
};

export const connectionEstablished = defineEvent({
  name: 'auth.connection-established.v1',
  summary: 'An account was connected, or connected again after its grant had died: its work may go on.',
  data: connectionSchema,
  example: exampleClioConnection,
});

export const connectionReauthorizationRequired = defineEvent({
  name: 'auth.connection-reauthorization-required.v1',
  summary: 'The grant of a connection is dead; its work is parked until a person reconnects it.',
  data: z.object({ connectionId: z.uuid(), provider: providerSchema, reason: z.string() }),
  example: {
    connectionId: exampleFirm.clioConnectionId,
    provider: 'clio',
    reason: 'Clio refused to refresh the grant: it was revoked.',
  },
});

export const connectionDisconnected = defineEvent({
  name: 'auth.connection-disconnected.v1',
  summary: 'A person ended a connection.',
  data: z.object({ connectionId: z.uuid(), provider: providerSchema }),
  example: { connectionId: exampleFirm.ghlConnectionId, provider: 'ghl' },
});

export const pairingCreated = defineEvent({
  name: 'auth.pairing-created.v1',
  summary: 'A Clio connection and a GHL connection are kept in step from now on.',
  data: z.object({ pairingId: z.uuid(), clioConnectionId: z.uuid(), ghlConnectionId: z.uuid() }),
  example: examplePairing,
});

export const createPairing = defineCommand({
  name: 'auth.create-pairing.v1',
  needs: 'connections.manage',
  summary: 'Keep two connections of one tenant in step.',
  data: z.object({ pairingId: z.uuid(), clioConnectionId: z.uuid(), ghlConnectionId: z.uuid() }),
  example: examplePairing,
});

export const getAccessToken = defineQuery({
  name: 'auth.get-access-token.v1',
  needs: { services: ['clio-sync', 'ghl-sync'] },
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
  example: { connectionId: exampleFirm.clioConnectionId, rejectedGeneration: 3 },
  replyExample: {
    accessToken: 'example-access-token',
    generation: 4,
    expiresAt: '2026-11-25T15:20:40.000Z',
    apiOrigin: 'https://app.clio.com',
    accountId: '350982',
  },
});

export const beginAuthorization = defineQuery({
  name: 'auth.begin-authorization.v1',
  needs: 'connections.manage',
  summary:
    'Start the OAuth flow of a provider; the person is then sent to the returned address. Only the browser that began can finish. Needs connections.manage.',
  data: z.object({
    provider: providerSchema,
    region: regionSchema,
    returnTo: z.url().nullable(),
    /** The connection to connect again: then any other account is refused. Null for whichever account the person signs in to. */
    connectionId: z.uuid().nullable().default(null),
    /**
     * SHA-256 (base64url) of the value that the asker has put into the browser's sign-in cookie. Null for an asker without a
     * browser: then the address leads over a page of ours on which the person confirms that this sign-in is theirs.
     */
    browserNonceHash: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/)
      .nullable()
      .default(null),
  }),
  reply: z.object({ authorizeUrl: z.url(), expiresAt: z.iso.datetime() }),
  example: {
    provider: 'clio',
    region: 'us',
    returnTo: 'https://firmbridge.example/connections',
    connectionId: exampleFirm.clioConnectionId,
    browserNonceHash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
  },
  replyExample: {
    authorizeUrl: 'https://app.clio.com/oauth/authorize?response_type=code&client_id=example&state=example-state',
    expiresAt: '2026-11-18T15:12:00.000Z',
  },
});

export const addPrivateToken = defineQuery({
  name: 'auth.add-private-token.v1',
  needs: 'connections.manage',
  summary: 'Connect a GHL location by a private integration token.',
  data: z.object({ provider: z.literal('ghl'), locationId: z.string(), token: z.string() }),
  reply: connectionSchema,
  example: { provider: 'ghl', locationId: 'Vn4TbYc7QsKd2MfRw9Zx', token: 'example-private-token' },
  replyExample: exampleGhlConnection,
});

export const listConnections = defineQuery({
  name: 'auth.list-connections.v1',
  needs: 'connections.read',
  summary: 'The connections and pairings of the tenant.',
  data: z.object({}),
  reply: z.object({
    connections: z.array(connectionSchema),
    pairings: z.array(z.object({ pairingId: z.uuid(), clioConnectionId: z.uuid(), ghlConnectionId: z.uuid() })),
  }),
  example: {},
  replyExample: { connections: [exampleClioConnection, exampleGhlConnection], pairings: [examplePairing] },
});

export const rotateKeys = rotateKeysOf('auth');
