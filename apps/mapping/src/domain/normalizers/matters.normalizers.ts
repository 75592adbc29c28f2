import { Hidden } from '../hidden.js';
import { ref, refById } from '../references.js';
import { day, oneOf, text } from '../texts.js';
import { customFields } from './custom-fields.js';
import { defineNormalizer } from './normalizer.js';

export const practiceAreaNormalizer = defineNormalizer('practice_areas', {
  version: 1,
  title: (area) => area.name,
  normalize: (record) => ({ name: text(record.name) ?? '', code: text(record.code), category: text(record.category) }),
});

export const matterStageNormalizer = defineNormalizer('matter_stages', {
  version: 1,
  notes: ['A stage belongs to one practice area.'],
  title: (stage) => stage.name,
  normalize: (record) => ({
    name: text(record.name) ?? '',
    position: record.order ?? null,
    practiceArea: refById('practice_areas', record.practice_area_id),
  }),
});

const matterStatuses = ['open', 'pending', 'closed'] as const;

export const matterNormalizer = defineNormalizer('matters', {
  version: 1,
  notes: ['Statuses are written in lower case here, title case at Clio.'],
  title: (matter) => text([matter.number, matter.description].filter((part) => text(part) !== null).join(' ')),
  normalize: (record) => ({
    number: text(record.display_number) ?? text(record.custom_number) ?? String(record.number ?? ''),
    description: text(record.description),
    status: oneOf('matter status', record.status?.toLowerCase(), matterStatuses),
    clientReference: text(record.client_reference),
    location: text(record.location),
    billable: record.billable ?? new Hidden(true),
    billingMethod: text(record.billing_method),
    openedOn: day(record.open_date),
    pendingOn: day(record.pending_date),
    closedOn: day(record.close_date),
    statuteOfLimitationsOn: day(record.statute_of_limitations?.due_at),
    client: ref('contacts', record.client),
    practiceArea: ref('practice_areas', record.practice_area),
    stage: ref('matter_stages', record.matter_stage),
    group: ref('groups', record.group),
    responsibleAttorney: ref('users', record.responsible_attorney),
    originatingAttorney: ref('users', record.originating_attorney),
    responsibleStaff: ref('users', record.responsible_staff),
    customFields: customFields(record.custom_field_values),
  }),
});
