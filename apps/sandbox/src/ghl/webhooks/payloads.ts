import type { StoredContact, StoredNote, StoredOpportunity, StoredTask } from '../data/records.js';
import { fullNameOf, present } from '../contacts/contact-view.js';

export type Payload = Readonly<Record<string, unknown>>;

/** Flat, and empty fields left out; no date of change, no author (section 7.3). */
export function contactPayload(contact: StoredContact): Payload {
  const { gender: _, timezone: __, ...texts } = contact.texts;
  return present({
    id: contact.id,
    ...texts,
    name: fullNameOf(contact),
    dateOfBirth: contact.dateOfBirth,
    dateAdded: contact.dateAdded,
    dnd: contact.dnd,
    tags: contact.tags,
    customFields: contact.customFields,
  });
}

/** Inbound settings are not included (issue 264). */
export function dndPayload(contact: StoredContact): Payload {
  return { ...contactPayload(contact), dndSettings: contact.dndSettings };
}

/** No custom fields, no lost reason. */
export function opportunityPayload(opportunity: StoredOpportunity): Payload {
  const { id, name, contactId, pipelineId, pipelineStageId, status, monetaryValue, assignedTo, source } = opportunity;
  const fields = { id, name, contactId, pipelineId, pipelineStageId, status, monetaryValue, assignedTo, source };
  return present({ ...fields, dateAdded: opportunity.createdAt });
}

/** Four fields only (issue 312). */
export function notePayload({ id, body, contactId, dateAdded }: StoredNote): Payload {
  return { id, body, contactId, dateAdded };
}

export function taskPayload({ completed: _, ...task }: StoredTask): Payload {
  return present(task);
}
