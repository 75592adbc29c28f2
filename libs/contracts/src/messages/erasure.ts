import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineCommand, defineEvent, defineQuery } from '../message.js';
import { remainsSchema, sagaServiceSchema } from './saga-parts.js';

const exampleErasureId = 'e50b7f1d-84a2-4c39-b6e7-1d93f0a5c826';

export const eraseTenant = defineCommand({
  name: 'auth.erase-tenant.v1',
  needs: 'erasure.request',
  summary:
    "Erase a firm: its connections end, every service destroys its key and its rows, the firm's accesses too. Confirmed by the firm's name as it is written. Cannot be undone. Needs erasure.request.",
  data: z.object({
    /** Chosen by whoever asks; the same one again changes nothing. */
    erasureId: z.uuid(),
    /** The firm's name, typed by a person; the firm's id for a firm without a name. */
    confirmation: z.string().max(300),
  }),
  example: { erasureId: exampleErasureId, confirmation: 'Juniper & Vale LLP' },
});

export const tenantErasing = defineEvent({
  name: 'auth.tenant-erasing.v1',
  summary:
    'All connections of the firm have ended; every service now destroys its key of the firm and deletes its rows, and answers platform.tenant-erased. Told again every few minutes until it does, each time as a new message: answer each.',
  data: z.object({ erasureId: z.uuid() }),
  example: { erasureId: exampleErasureId },
});

export const tenantErased = defineEvent({
  name: 'platform.tenant-erased.v1',
  summary: 'The service that says so keeps nothing of the firm any more, except what it names.',
  data: z.object({
    erasureId: z.uuid(),
    rowsDeleted: z.int().nonnegative(),
    remains: z.array(remainsSchema).max(100),
  }),
  example: {
    erasureId: exampleErasureId,
    rowsDeleted: 48_120,
    remains: [{ what: 'Messages set aside for mapping, by their number only.', until: '2026-12-20T09:30:00.000Z' }],
  },
});

export const erasureSchema = z
  .object({
    erasureId: z.uuid(),
    tenantId: z.uuid(),
    /** `disconnecting` ends the connections, `erasing` waits for those in `missing`, `closing` erases what auth keeps itself. */
    state: z.enum(['disconnecting', 'erasing', 'closing', 'done']),
    requestedAt: z.iso.datetime(),
    requestedBy: z.string(),
    /** Connections that have not ended yet. */
    connectionsLeft: z.int(),
    missing: z.array(sagaServiceSchema),
    /** When the missing were asked last, and how often; null before they were. */
    askedAt: z.iso.datetime().nullable(),
    askedCount: z.int(),
    acknowledged: z.array(z.object({ service: sagaServiceSchema, at: z.iso.datetime(), rowsDeleted: z.int() })),
    /** What still holds something, and until when: days of the stream, backups, and what services named. */
    remains: z.array(remainsSchema),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Erasure' });
export type Erasure = z.output<typeof erasureSchema>;

export const getErasures = defineQuery({
  name: 'auth.get-erasures.v1',
  needs: 'erasure.request',
  summary:
    'Erasures of the firm, or of all firms, newest first. The records stay when the firm is gone. Needs erasure.request; for all firms platform.operate.',
  data: z.object({ scope: z.enum(['tenant', 'platform']), limit: z.int().min(1).max(100) }),
  reply: z.object({ erasures: z.array(erasureSchema) }),
  example: { scope: 'platform', limit: 20 },
  replyExample: {
    erasures: [
      {
        erasureId: exampleErasureId,
        tenantId: exampleFirm.tenantId,
        state: 'done',
        requestedAt: '2026-11-20T09:21:00.120Z',
        requestedBy: `person:${exampleFirm.personId};admin`,
        connectionsLeft: 0,
        missing: [],
        askedAt: '2026-11-20T09:22:41.800Z',
        askedCount: 1,
        acknowledged: [{ service: 'mapping', at: '2026-11-20T09:22:43.015Z', rowsDeleted: 48_120 }],
        remains: [
          { what: 'The stream of entity events, day 2026-11-20.', until: '2026-11-28T00:00:00.000Z' },
          { what: 'Backups made before 2026-11-20T09:22:44.602Z.', until: '2026-12-20T09:22:44.602Z' },
        ],
        finishedAt: '2026-11-20T09:22:44.602Z',
      },
    ],
  },
});
