import { authMessages, providerSchema, regionSchema } from '@firmbridge/contracts';
import { z } from 'zod';

const { listProviderApps, setProviderApp, rotateKeys, providerAppSchema } = authMessages;
const { clientId, clientSecret, versionId, givesUpConnections } = setProviderApp.data.shape;

export const providerAppList = listProviderApps.reply.meta({ id: 'ProviderAppList' });
export type ProviderAppList = z.output<typeof providerAppList>;
export const providerApp = providerAppSchema;

export const provider = providerSchema;
export type Provider = z.output<typeof provider>;
export const region = regionSchema;
export type Region = z.output<typeof region>;

export const newProviderApp = z
  .strictObject({
    clientId,
    clientSecret: clientSecret.describe('Kept sealed and never told again.'),
    versionId: versionId.default(null).describe('Of the install link of a GoHighLevel app.'),
    givesUpConnections: givesUpConnections
      .default(false)
      .describe('Whether connections that were made with another id may have to be connected again.'),
  })
  .meta({ id: 'NewProviderApp' });
export type NewProviderApp = z.output<typeof newProviderApp>;

/** The services that seal something. */
export const sealingService = z.enum(['auth']);
export type SealingService = z.output<typeof sealingService>;

export const rotationStep = z
  .strictObject({
    keyId: rotateKeys.data.shape.keyId.describe('The key to wrap with; null only asks how things stand.'),
    limit: rotateKeys.data.shape.limit.default(1_000),
  })
  .meta({ id: 'RotationStep' });
export type RotationStep = z.output<typeof rotationStep>;
export const rotationProgress = rotateKeys.reply.meta({ id: 'RotationProgress' });
export type RotationProgress = z.output<typeof rotationProgress>;
