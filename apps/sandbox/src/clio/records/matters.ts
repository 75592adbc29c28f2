import { type Collection, idOf, kindOf, Ref, rowKinds } from '../data/collection.js';
import type { Firm } from '../data/firm.js';
import { dateText, days, etagText, instantText } from '../data/values.js';
import { practiceAreas } from '../data/vocabulary.js';
import { contactSurname, someCompany } from './contacts.js';
import { customFieldValueRows } from './custom-fields.js';
import {
  attorneyOf,
  clientOf,
  matterCreatedMs,
  matterStatusOf,
  practiceAreaOf,
  staffOf,
  stageOf,
} from './matter-facts.js';
import { currencyRef, rowStamps } from './reference.js';

const kind = kindOf('matters');

/** Number, then the client as it was called when the matter was opened. */
export function displayNumber(firm: Firm, index: number): string {
  return `${String(index + 1).padStart(5, '0')}-${contactSurname(firm, clientOf(firm, index))}`;
}

function describe(firm: Firm, index: number): string {
  const subject = firm.pick(practiceAreas[practiceAreaOf(firm, index)]?.subjects ?? ['advice'], [kind, index, 10]);
  const opponent = someCompany(firm, firm.hash(kind, index, 11));
  const client = contactSurname(firm, clientOf(firm, index));
  return firm.chance(50, [kind, index, 12]) && opponent
    ? `${client} v. ${contactSurname(firm, opponent.index)} — ${subject}`
    : `${client}: ${subject}`;
}

const dayAfterOpening = (count: number) => (firm: Firm, index: number) =>
  dateText(matterCreatedMs(firm, index) + days(count));

/** A task with a flag, two years after the opening for the areas where claims lapse (clio-api section 8.1). */
function statuteOfLimitations(firm: Firm, index: number): object | null {
  if (![0, 2, 6].includes(practiceAreaOf(firm, index))) return null;
  const openedMs = matterCreatedMs(firm, index);
  const done = matterStatusOf(firm, index) === 'Closed';
  return {
    id: idOf(firm, rowKinds.task, index),
    etag: etagText(firm, [rowKinds.task, index], 0),
    name: 'Statute of limitations',
    status: done ? 'complete' : 'pending',
    priority: 'High',
    due_at: dateText(openedMs + days(730)),
    statute_of_limitations: true,
    notify_completion: false,
    ...rowStamps(firm, openedMs),
  };
}

export const matterCollection: Collection = {
  name: 'matters',
  shape: 'Matter',
  path: '/matters.json',
  webhookModel: 'matter',
  count: (firm) => firm.counts.matters,
  createdMs: matterCreatedMs,
  fields: {
    number: (_firm, index) => index + 1,
    display_number: displayNumber,
    description: describe,
    status: matterStatusOf,
    location: (firm, index) => (firm.chance(30, [kind, index, 13]) ? 'County Courthouse, Room 4' : null),
    client_id: (firm, index) => idOf(firm, kindOf('contacts'), clientOf(firm, index)),
    billable: (firm, index) => !firm.chance(4, [kind, index, 14]),
    maildrop_address: (_firm, index) => `matter-${index + 1}@maildrop.example`,
    billing_method: (firm, index) =>
      practiceAreaOf(firm, index) === 0
        ? 'contingency'
        : firm.pick(['hourly', 'hourly', 'flat'] as const, [kind, index, 15]),
    open_date: dayAfterOpening(0),
    pending_date: (firm, index) =>
      matterStatusOf(firm, index) === 'Pending' ? dayAfterOpening(20)(firm, index) : null,
    close_date: (firm, index) => (matterStatusOf(firm, index) === 'Closed' ? dayAfterOpening(140)(firm, index) : null),
    last_activity_date: dayAfterOpening(58),
    matter_stage_updated_at: (firm, index) => instantText(firm, matterCreatedMs(firm, index) + days(30)),
    shared: () => false,
    has_tasks: (firm, index) => statuteOfLimitations(firm, index) !== null,
    currency: currencyRef,
    client: (firm, index) => new Ref('contacts', clientOf(firm, index)),
    group: () => new Ref('groups', 0),
    practice_area: (firm, index) => new Ref('practice_areas', practiceAreaOf(firm, index)),
    matter_stage: (firm, index) => new Ref('matter_stages', stageOf(firm, index)),
    responsible_attorney: (firm, index) => new Ref('users', attorneyOf(firm, index)),
    originating_attorney: (firm, index) => new Ref('users', attorneyOf(firm, index + 1)),
    responsible_staff: (firm, index) => new Ref('users', staffOf(firm, index)),
    user: () => new Ref('users', 0),
    statute_of_limitations: statuteOfLimitations,
    custom_field_values: (firm, index) => customFieldValueRows(firm, 'Matter', index),
  },
};
