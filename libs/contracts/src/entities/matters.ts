import { z } from 'zod';
import { customFieldSchema, isoDate, refTo } from './values.js';

export const practiceAreaSchema = z
  .object({
    name: z.string(),
    code: z.string().nullable(),
    category: z.string().nullable(),
  })
  .meta({ id: 'PracticeAreaState', description: 'A field of law the firm works in.' });

export const matterStageSchema = z
  .object({
    name: z.string(),
    position: z.int().nullable(),
    practiceArea: refTo('practice-area').nullable(),
  })
  .meta({ id: 'MatterStageState', description: 'A stage a matter of a practice area goes through.' });

export const matterSchema = z
  .object({
    number: z.string(),
    description: z.string().nullable(),
    status: z.enum(['open', 'pending', 'closed']),
    clientReference: z.string().nullable(),
    location: z.string().nullable(),
    billable: z.boolean(),
    billingMethod: z.string().nullable(),
    openedOn: isoDate.nullable(),
    pendingOn: isoDate.nullable(),
    closedOn: isoDate.nullable(),
    statuteOfLimitationsOn: isoDate.nullable(),
    client: refTo('contact').nullable(),
    practiceArea: refTo('practice-area').nullable(),
    stage: refTo('matter-stage').nullable(),
    group: refTo('group').nullable(),
    responsibleAttorney: refTo('user').nullable(),
    originatingAttorney: refTo('user').nullable(),
    responsibleStaff: refTo('user').nullable(),
    customFields: z.array(customFieldSchema),
  })
  .meta({ id: 'MatterState', description: 'A case or engagement of the firm: what is done, for whom and by whom.' });
