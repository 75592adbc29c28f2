import { authMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { problem } from './records.schemas.js';
import { run } from './runs.schemas.js';

const connectionChange = authMessages.connectionSchema
  .pick({ connectionId: true, provider: true, status: true })
  .meta({ id: 'ConnectionChange' });

/** `event` is the name of the server-sent event, `data` its JSON. */
export const streamEvent = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('run'), data: run }).meta({ id: 'RunEvent' }),
    z.object({ event: z.literal('problem'), data: problem }).meta({ id: 'ProblemEvent' }),
    z.object({ event: z.literal('connection'), data: connectionChange }).meta({ id: 'ConnectionEvent' }),
    z.object({ event: z.literal('end'), data: z.object({ reason: z.enum(['slow', 'stopping', 'signed_out']) }) }).meta({
      id: 'EndEvent',
      description: 'The last one: connect again, after signed_out only with a new session or key.',
    }),
  ])
  .meta({ id: 'StreamEvent' });
