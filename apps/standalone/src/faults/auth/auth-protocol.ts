import { z } from 'zod';
import { replicaSabotages } from './auth-sabotage.js';

export const authReplicaSettings = z.object({ sabotage: z.enum(replicaSabotages).nullable() });
export type AuthReplicaSettings = z.output<typeof authReplicaSettings>;

/**
 * Where a refresh is when its process ends by kill -9: before the intent is recorded, after that, while the provider is asked,
 * with the answer in hand, and after the new tokens are stored.
 */
export const refreshMoments = ['before-intent', 'after-intent', 'during-call', 'before-store', 'after-store'] as const;
export type RefreshMoment = (typeof refreshMoments)[number];

export const authOrder = z.discriminatedUnion('kind', [
  /** Of all who are told, only the one that makes the file `claim` dies. */
  z.object({ kind: z.literal('die'), moment: z.enum(refreshMoments), claim: z.string() }),
  z.object({ kind: z.literal('live') }),
  /** Begins to measure the delay of the event loop anew. */
  z.object({ kind: z.literal('measure') }),
  /** Tells what was measured. */
  z.object({ kind: z.literal('tell-delay') }),
]);
export type AuthOrder = z.output<typeof authOrder>;

export const authReport = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('delay'), p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number() }),
]);
export type AuthReport = z.output<typeof authReport>;
