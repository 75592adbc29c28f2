import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';
import { providerSchema } from '../providers.js';

/** What says that a record is gone: the provider's own word, a 404, or its absence from a complete list of all ids. */
export const deletionEvidenceSchema = z.enum(['tombstone', 'not_found', 'absent_from_sweep']);
export type DeletionEvidence = z.output<typeof deletionEvidenceSchema>;

/**
 * held: waits for a person. approved, undoing: being carried out. rejected: the records were kept. withdrawn: the provider had
 * them again before anybody decided.
 */
export const deletionStates = ['held', 'approved', 'deleted', 'rejected', 'withdrawn', 'undoing', 'undone'] as const;

/** Records of one resource that are gone at the provider, and what becomes of them here. */
export const deletionSchema = z
  .object({
    deletionId: z.uuid(),
    connectionId: z.uuid(),
    provider: providerSchema,
    resource: z.string(),
    state: z.enum(deletionStates),
    evidence: deletionEvidenceSchema,
    /** How many records it was about. */
    records: z.int(),
    /** How many the resource had then, where a person was asked. */
    ofRecords: z.int().nullable(),
    /** Some of those that it is still about. */
    sample: z.array(z.string()),
    runId: z.uuid().nullable(),
    notedAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
    decidedBy: z.string().nullable(),
    reason: z.string().nullable(),
    /** Until then the records can be brought back; null when there is nothing to bring back. */
    undoableUntil: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Deletion' });
export type Deletion = z.output<typeof deletionSchema>;

const exampleDeletion: z.input<typeof deletionSchema> = {
  deletionId: '0c6e1b94-7a3f-4d25-b8e0-5f92d7c4a163',
  connectionId: exampleFirm.clioConnectionId,
  provider: 'clio',
  resource: 'contacts',
  state: 'held',
  evidence: 'absent_from_sweep',
  records: 214,
  ofRecords: 1312,
  sample: ['1187240963', '1187240971'],
  runId: exampleFirm.runId,
  notedAt: '2026-11-18T03:12:40.771Z',
  decidedAt: null,
  decidedBy: null,
  reason: null,
  undoableUntil: null,
};

const reason = z.string().trim().min(1).max(500);
const reply = z.object({ deletion: deletionSchema });

/** What a sync service answers about the deletions it has found. */
export function deletionMessages<Service extends 'clio-sync' | 'ghl-sync'>(service: Service) {
  return {
    getDeletions: defineQuery({
      name: `${service}.get-deletions.v1`,
      needs: 'runs.read',
      summary: 'Deletions of the tenant: those that wait for a person first, then the newest.',
      data: z.object({
        deletionId: z.uuid().nullable(),
        connectionId: z.uuid().nullable(),
        resource: z.string().nullable(),
        state: z.enum(deletionStates).nullable(),
        limit: z.int().min(1).max(50),
      }),
      reply: z.object({ deletions: z.array(deletionSchema) }),
      example: { deletionId: null, connectionId: null, resource: 'contacts', state: 'held', limit: 10 },
      replyExample: { deletions: [exampleDeletion] },
    }),
    decideDeletion: defineQuery({
      name: `${service}.decide-deletion.v1`,
      needs: 'deletions.decide',
      summary: 'Approve a held deletion, which deletes its records here too, or reject it, which keeps them.',
      data: z.object({ deletionId: z.uuid(), decision: z.enum(['approve', 'reject']), reason: reason.nullable() }),
      reply,
      example: {
        deletionId: exampleDeletion.deletionId,
        decision: 'reject',
        reason: 'The permission was switched off.',
      },
      replyExample: {
        deletion: {
          ...exampleDeletion,
          state: 'rejected',
          decidedAt: '2026-11-18T08:02:11.090Z',
          decidedBy: `person:${exampleFirm.personId};admin`,
          reason: 'The permission was switched off.',
        },
      },
    }),
    undoDeletion: defineQuery({
      name: `${service}.undo-deletion.v1`,
      needs: 'deletions.decide',
      summary: 'Bring back the records of a deletion, all of them or some, within 30 days.',
      data: z.object({
        deletionId: z.uuid(),
        /** null: all of them. */
        recordIds: z.array(z.string().min(1).max(100)).min(1).max(200).nullable(),
      }),
      reply,
      example: { deletionId: exampleDeletion.deletionId, recordIds: ['1187240963'] },
      replyExample: { deletion: { ...exampleDeletion, state: 'undoing', decidedAt: '2026-11-18T08:40:02.417Z' } },
    }),
  };
}
