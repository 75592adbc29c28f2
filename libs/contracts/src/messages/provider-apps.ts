import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';
import { providerSchema, regionSchema } from '../providers.js';

const place = { provider: providerSchema, region: regionSchema };

/** The developer app by which the platform is known to a provider in a region. Its secret is never told. */
export const providerAppSchema = z
  .object({
    ...place,
    /** From the environment it can only be changed there; null: there is none, and nobody can connect. */
    source: z.enum(['environment', 'settings']).nullable(),
    clientId: z.string().nullable(),
    /** Register exactly this one with the app. */
    redirectAddress: z.string(),
    /** Connections that were made by the provider's sign-in. */
    connectionCount: z.int(),
    changedAt: z.iso.datetime().nullable(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: 'ProviderApp' });
export type ProviderApp = z.output<typeof providerAppSchema>;

const exampleApp: z.input<typeof providerAppSchema> = {
  provider: 'clio',
  region: 'eu',
  source: 'settings',
  clientId: 'example-client-id',
  redirectAddress: 'https://firmbridge.example/oauth/callback/clio',
  connectionCount: 3,
  changedAt: '2026-11-18T14:40:09.300Z',
  changedBy: `person:${exampleFirm.personId};admin`,
};

export const listProviderApps = defineQuery({
  name: 'auth.list-provider-apps.v1',
  needs: 'settings.manage',
  summary: 'The app of each provider and region, also where there is none yet. Needs settings.manage.',
  data: z.object({}),
  reply: z.object({ apps: z.array(providerAppSchema) }),
  example: {},
  replyExample: { apps: [exampleApp] },
});

export const setProviderApp = defineQuery({
  name: 'auth.set-provider-app.v1',
  needs: 'platform.operate',
  summary:
    'Keep the id and secret of an app, sealed; they hold from the next call on. Refused where the environment has one, and for another id while connections were made with the one before, unless these are given up. Needs platform.operate.',
  data: z.object({
    ...place,
    clientId: z.string().trim().min(1).max(200),
    clientSecret: z.string().trim().min(1).max(500),
    /** Of GoHighLevel's install link: without it a private app may not be found. */
    versionId: z.string().trim().min(1).max(100).nullable(),
    /** The connections made with another id will have to be connected again. */
    givesUpConnections: z.boolean(),
  }),
  reply: providerAppSchema,
  example: {
    provider: 'clio',
    region: 'eu',
    clientId: 'example-client-id',
    clientSecret: 'example-client-secret',
    versionId: null,
    givesUpConnections: false,
  },
  replyExample: exampleApp,
});

export const removeProviderApp = defineQuery({
  name: 'auth.remove-provider-app.v1',
  needs: 'platform.operate',
  summary: 'Forget an app that was set; refused while connections were made with it. Needs platform.operate.',
  data: z.object(place),
  reply: providerAppSchema,
  example: { provider: 'clio', region: 'eu' },
  replyExample: { ...exampleApp, source: null, clientId: null, connectionCount: 0, changedAt: null, changedBy: null },
});
