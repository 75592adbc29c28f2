import { ghlResourceNames, type GhlResourceName } from '@firmbridge/ghl-api';
import { entitySchemas } from '@firmbridge/contracts';
import { contextOf } from '../context.js';
import { referencesOf, settle } from '../entity-state.js';
import type { RecordReference } from '../references.js';
import { ghlNormalizers } from './catalogue.js';

const idOf = ({ resource, recordId }: RecordReference) =>
  `00000000-0000-4000-8000-${Buffer.from(`${resource}/${recordId}`).toString('hex').padStart(12, '0').slice(-12)}`;

const records: Record<GhlResourceName, Record<string, unknown>> = {
  users: { id: 'u1', name: 'Nora Hale', firstName: 'Nora', lastName: 'Hale', roles: { role: 'admin' } },
  custom_fields: { id: 'f1', name: 'Fee', dataType: 'SINGLE_OPTIONS', model: 'opportunity', picklistOptions: ['Flat'] },
  custom_values: { id: 'v1', name: 'Hours', fieldKey: '{{ custom_values.hours }}', value: '9 to 5' },
  pipelines: { id: 'p1', name: 'Intake' },
  pipeline_stages: { id: 's1', name: 'New', position: 0, pipelineId: 'p1' },
  contacts: { id: 'c1', firstName: 'Clara', lastName: 'Hughes', email: 'clara@hughes.example' },
  opportunities: {
    id: 'o1',
    name: 'Hughes v. City',
    status: 'open',
    monetaryValue: 1250.5,
    contactId: 'c1',
    pipelineId: 'p1',
    pipelineStageId: 's1',
    assignedTo: 'u1',
    createdAt: '2026-01-05T14:00:00.000Z',
    customFields: [
      { id: 'f2', value: ['A', 'B'] },
      { id: 'f1', value: 3 },
    ],
  },
  tasks: { id: 't1', title: 'Call', dueDate: '2026-03-02T09:00:00Z', completed: true, contactId: 'c1' },
  notes: { id: 'n1', body: 'Called.', userId: 'u1', contactId: 'c1', dateAdded: 1_767_621_600_000 },
};

const normalized = (resource: GhlResourceName, fields: Record<string, unknown> = {}) =>
  settle(ghlNormalizers[resource].normalize({ ...records[resource], ...fields }, contextOf('global')), null, idOf);
const entity = (type: string, resource: string, recordId: string) => ({
  type,
  id: idOf({ resource, recordId } as RecordReference),
});

it.each(ghlResourceNames)('makes a state of %s that its entity schema accepts as it is', (resource) => {
  const schema = entitySchemas[ghlNormalizers[resource].entityType];
  for (const record of [records[resource], { id: 'x1' }]) {
    const state = settle(ghlNormalizers[resource].normalize(record, contextOf('global')), null, idOf);
    expect(schema.parse(state)).toEqual(state);
    expect(ghlNormalizers[resource].title(state)).not.toBe('');
  }
});

it('writes an opportunity with what it refers to, the fields that the firm added included', () => {
  expect(normalized('opportunities')).toMatchObject({
    value: { minor: 125_050, currency: 'USD' },
    contact: entity('contact', 'contacts', 'c1'),
    stage: entity('pipeline-stage', 'pipeline_stages', 's1'),
    fields: [
      { field: entity('field-definition', 'custom_fields', 'f1'), value: '3' },
      { field: entity('field-definition', 'custom_fields', 'f2'), value: 'A, B' },
    ],
  });
  const draft = ghlNormalizers.opportunities.normalize(records.opportunities, contextOf('global'));
  expect(
    referencesOf(draft)
      .map(({ resource, recordId }) => `${resource}/${recordId}`)
      .sort(),
  ).toEqual(['contacts/c1', 'custom_fields/f1', 'custom_fields/f2', 'pipeline_stages/s1', 'pipelines/p1', 'users/u1']);
});

it('does not lose an opportunity whose status nobody knows', () => {
  expect(normalized('opportunities', { status: 'Parked' })['status']).toBe('parked');
});

it('takes instants as text and as milliseconds', () => {
  expect(normalized('notes')['writtenAt']).toBe('2026-01-05T14:00:00.000Z');
});
