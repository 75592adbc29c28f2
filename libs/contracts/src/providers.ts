import { z } from 'zod';

export const providerSchema = z.enum(['clio', 'ghl']);
export type Provider = z.output<typeof providerSchema>;

/** Clio's four regions; GHL has one. */
export const regionSchema = z.enum(['us', 'eu', 'ca', 'au', 'global']);
export type Region = z.output<typeof regionSchema>;

/** Priority classes of provider calls, most urgent first. */
export const lanes = ['interactive', 'webhook', 'incremental', 'initial', 'sweep'] as const;
export const laneSchema = z.enum(lanes);
export type Lane = z.output<typeof laneSchema>;

export const connectionStatusSchema = z.enum(['active', 'reauthorization_required', 'disconnected']);
export type ConnectionStatus = z.output<typeof connectionStatusSchema>;

/** Travels with the change from the fetch to the entity event. */
export const causeSchema = z
  .enum(['initial', 'poll', 'webhook', 'manual', 'mapping', 'renormalized', 'replay', 'restore'])
  .meta({
    id: 'Cause',
    description:
      'Why the entity changed or is told: first load, poll, webhook, wish of a person, our own mapping, another normalizer, replay, restored backup.',
  });
export type Cause = z.output<typeof causeSchema>;

export const syncServiceOf: Record<Provider, 'clio-sync' | 'ghl-sync'> = { clio: 'clio-sync', ghl: 'ghl-sync' };
