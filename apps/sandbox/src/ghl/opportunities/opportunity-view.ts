import { present, fullNameOf } from '../contacts/contact-view.js';
import type { CustomFieldValue, StoredContact, StoredOpportunity } from '../data/records.js';

/** As GET and write replies give it: custom fields are `{id, fieldValue}`, instants `createdAt` and `updatedAt` (section 4). */
export function opportunityView(opportunity: StoredOpportunity, contact: StoredContact | undefined) {
  return present({
    ...opportunity,
    customFields: opportunity.customFields.map(({ id, value }) => ({ id, fieldValue: value })),
    contact: contact && contactSummary(contact),
    lastActionDate: null,
    followers: [],
    relations: [],
  });
}

/** As searches give it: custom fields under typed names. */
export function opportunityHit(opportunity: StoredOpportunity, contact: StoredContact | undefined, typed: boolean) {
  return {
    ...opportunityView(opportunity, contact),
    ...(typed ? { customFields: opportunity.customFields.map(typedValue) } : {}),
  };
}

function contactSummary(contact: StoredContact) {
  const { companyName, email, phone } = contact.texts;
  return present({ id: contact.id, name: fullNameOf(contact), companyName, email, phone, tags: contact.tags });
}

function typedValue({ id, value }: CustomFieldValue): Record<string, unknown> {
  if (typeof value === 'number') return { id, type: 'number', fieldValueNumber: value };
  if (Array.isArray(value)) return { id, type: 'array', fieldValueArray: value };
  if (typeof value === 'object') return { id, type: 'object', fieldValueObject: value };
  return { id, type: 'string', fieldValueString: value };
}
