import { z } from 'zod';
import { clioSabotages } from './clio-parts.js';

export const clioReplicaSettings = z.object({
  sabotage: z.enum(clioSabotages).nullable(),
  /** What is watched: the pages that are read, or the records that are made in Clio. */
  work: z.enum(['pages', 'writes']),
});
export type ClioReplicaSettings = z.output<typeof clioReplicaSettings>;

/**
 * Where a call is when its process ends by kill -9: before Clio is asked, while it is, with the answer in hand, amid the
 * transaction that stores it, and after that.
 */
export const callMoments = ['before-call', 'during-call', 'before-store', 'amid-store', 'after-store'] as const;
export type CallMoment = (typeof callMoments)[number];

export const clioOrder = z.discriminatedUnion('kind', [
  /** Of all who are told, only the one that makes the file `claim` dies, when the moment has passed `after` times. */
  z.object({ kind: z.literal('die'), moment: z.enum(callMoments), claim: z.string(), after: z.int() }),
  z.object({ kind: z.literal('live') }),
]);
export type ClioOrder = z.output<typeof clioOrder>;

export const clioReport = z.discriminatedUnion('kind', [z.object({ kind: z.literal('ready') })]);
export type ClioReport = z.output<typeof clioReport>;
