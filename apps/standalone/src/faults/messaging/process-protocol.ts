import { z } from 'zod';
import { ledgerSabotages, registrySabotages, relaySabotages } from './messaging-sabotage.js';

const place = {
  databaseUrl: z.string(),
  amqpUrl: z.string(),
  namespace: z.string(),
  seed: z.int(),
};

/** What the processes of the story are told when they start. */
export const registrySettings = z.object({
  ...place,
  tenants: z.array(z.uuid()),
  records: z.int(),
  writers: z.int(),
  eventsPerSecond: z.number(),
  sabotage: z.enum(registrySabotages).nullable(),
});
export const relaySettings = z.object({ ...place, sabotage: z.enum(relaySabotages).nullable() });
export const ledgerSettings = z.object({
  ...place,
  concurrency: z.int(),
  sabotage: z.enum(ledgerSabotages).nullable(),
});

/** When a process ends itself by kill -9: amid publishing, after the confirms, amid its transaction, before the ack. */
export const deathMoments = ['unconfirmed', 'confirmed', 'uncommitted', 'unacknowledged'] as const;
export type DeathMoment = (typeof deathMoments)[number];

/** `null` takes an order to die back. */
export const orderSchema = z.object({ die: z.enum(deathMoments).nullable() });
export type Order = z.output<typeof orderSchema>;

/** Counted since the last report. */
const ledgerCounts = z.object({
  duplicatesInjected: z.int(),
  deliveriesDelayed: z.int(),
  failuresInjected: z.int(),
  duplicatesIgnored: z.int(),
});
const registryCounts = z.object({ committed: z.int(), rolledBack: z.int(), slow: z.int() });
export type LedgerCounts = z.output<typeof ledgerCounts>;
export type RegistryCounts = z.output<typeof registryCounts>;

/** What processes tell. Times are milliseconds of the system's clock. */
export const reportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** No deliveries can come since then. */
  z.object({ kind: z.literal('lost'), at: z.number() }),
  /** The first delivery after that. */
  z.object({ kind: z.literal('consuming'), at: z.number() }),
  z.object({ kind: z.literal('ledger'), counts: ledgerCounts }),
  z.object({ kind: z.literal('registry'), counts: registryCounts }),
]);
export type Report = z.output<typeof reportSchema>;
