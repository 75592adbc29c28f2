import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';

const mostCalls = 1_000_000;

/** One window of a budget as a person sets it; one that is switched off keeps its number. */
export const budgetWindowSettingSchema = z
  .strictObject({
    seconds: z.int().min(1),
    limit: z.int().min(1).max(mostCalls),
    enabled: z.boolean(),
  })
  .meta({ id: 'BudgetWindowSetting' });

export const budgetWindowSettingsSchema = z.array(budgetWindowSettingSchema).min(1).max(5);
export type BudgetWindowSettings = z.output<typeof budgetWindowSettingsSchema>;

const countsByLaneSchema = z.object({
  interactive: z.int(),
  webhook: z.int(),
  incremental: z.int(),
  initial: z.int(),
  sweep: z.int(),
});

/** What a connection may spend, has spent and will still have to spend. */
export const connectionBudgetSchema = z
  .object({
    connectionId: z.uuid(),
    /** False while it has the settings of all connections to its provider. */
    hasOwnSettings: z.boolean(),
    windows: z.array(
      budgetWindowSettingSchema.extend({
        /** What the provider publishes, where it does; nobody can allow more. */
        published: z.int().nullable(),
        /** The smaller of the setting and what the provider last said; null while nothing limits the window. */
        effectiveLimit: z.int().nullable(),
        /** Calls that count at this moment. */
        used: z.int(),
        /** Calls that could be made now. */
        available: z.int().nullable(),
      }),
    ),
    /** Calls under way, of all replicas. */
    inFlight: z.int(),
    /** False until the provider has answered a call: until then calls go one at a time. */
    isObserved: z.boolean(),
    /** The provider asked for a pause. */
    pausedUntil: z.iso.datetime().nullable(),
    /** Calls that wait, by how urgent they are; of what is not counted yet, one for each resource. */
    waiting: countsByLaneSchema,
    /** When the waiting calls will be made at this pace; null when none waits. */
    doneAt: z.iso.datetime().nullable(),
    callsPerMinute: z.number().nullable(),
  })
  .meta({ id: 'ConnectionBudget' });
export type ConnectionBudget = z.output<typeof connectionBudgetSchema>;

const exampleWindows = [
  { seconds: 60, limit: 60, enabled: true },
  { seconds: 3_600, limit: 1_000, enabled: true },
];

const exampleBudget: z.input<typeof connectionBudgetSchema> = {
  connectionId: exampleFirm.clioConnectionId,
  hasOwnSettings: true,
  windows: exampleWindows.map((window) => ({
    ...window,
    published: null,
    effectiveLimit: window.seconds === 60 ? 50 : 1_000,
    used: 31,
    available: window.seconds === 60 ? 18 : 968,
  })),
  inFlight: 1,
  isObserved: true,
  pausedUntil: null,
  waiting: { interactive: 0, webhook: 2, incremental: 0, initial: 140, sweep: 0 },
  doneAt: '2026-11-18T15:07:40.000Z',
  callsPerMinute: 16.7,
};

function budgetQueries(service: 'clio-sync' | 'ghl-sync') {
  return {
    getBudget: defineQuery({
      name: `${service}.get-budget.v1`,
      needs: 'connections.read',
      summary: 'What a connection may spend on calls, has spent, and when the waiting calls will be made.',
      data: z.object({ connectionId: z.uuid() }),
      reply: connectionBudgetSchema,
      example: { connectionId: exampleFirm.clioConnectionId },
      replyExample: exampleBudget,
    }),
    changeBudget: defineQuery({
      name: `${service}.change-budget.v1`,
      needs: 'connections.manage',
      summary:
        'Give a connection a budget of its own, every window of its provider named once; null gives it the usual one again. Holds from the next call on; repeating it changes nothing.',
      data: z.object({ connectionId: z.uuid(), windows: budgetWindowSettingsSchema.nullable() }),
      reply: connectionBudgetSchema,
      example: { connectionId: exampleFirm.clioConnectionId, windows: exampleWindows },
      replyExample: exampleBudget,
    }),
  };
}

export const clioBudgetMessages = budgetQueries('clio-sync');
export const ghlBudgetMessages = budgetQueries('ghl-sync');
