import { clioWrites } from '@firmbridge/clio-api';
import { z } from 'zod';
import { pageParameters } from './page.schemas.js';

export const recordId = z.string().regex(/^[1-9]\d{0,18}$/, 'must be the id of a record in Clio, a number');

const place = {
  connectionId: z.uuid().optional().describe('Needed where the firm has more than one Clio account.'),
};
export const recordQuery = z.strictObject(place);
export type RecordQuery = z.output<typeof recordQuery>;

const optionalId = recordId.optional();

export const contactsQuery = z.strictObject({
  ...place,
  name: z.string().trim().min(1).max(200).optional().describe('All of its words are in the name.'),
  practiceAreaId: optionalId.describe('Clients of matters of this practice area.'),
  ...pageParameters,
});
export type ContactsQuery = z.output<typeof contactsQuery>;

export const activitiesQuery = z.strictObject({ ...place, matterId: optionalId, ...pageParameters });
export type ActivitiesQuery = z.output<typeof activitiesQuery>;

const record = z
  .record(z.string(), z.unknown())
  .describe('In the words of Clio. What the account may not see is null, marked `redacted`.');

export const clioRecord = z
  .object({
    connectionId: z.uuid(),
    resource: z.string(),
    recordId: z.string(),
    etag: z.string().nullable().describe('For `If-Match`; the header `ETag` is the same.'),
    record,
  })
  .meta({
    id: 'ClioRecord',
    example: {
      connectionId: 'c1109f4e-6a52-4d0e-8c37-91b0d5e2f4a8',
      resource: 'matters',
      recordId: '1420981',
      etag: '"5d1f"',
      record: { id: 1420981, etag: '"5d1f"', status: 'Closed', close_date: '2026-11-18' },
    },
  });
export type ClioRecord = z.output<typeof clioRecord>;

export const clioRecordList = z
  .object({ records: z.array(record), nextCursor: z.string().nullable() })
  .meta({ id: 'ClioRecordList' });
export type ClioRecordList = z.output<typeof clioRecordList>;

export const matterUpdate = clioWrites.matters.update;
export const contactCreate = clioWrites.contacts.create;
export const contactUpdate = clioWrites.contacts.update;
export const activityCreate = clioWrites.activities.create;
export const activityUpdate = clioWrites.activities.update;
export type Changes = Record<string, unknown>;
