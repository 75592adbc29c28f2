import type { AuthorMark, StoredContact } from '../data/records.js';
import type { GhlSwitches } from '../switches.js';

export function fullNameOf({ texts }: StoredContact): string {
  return [texts.firstName, texts.lastName].filter(Boolean).join(' ');
}

/** A contact as GET and write replies give it (sections 3.2, 3.3): what is not set is absent. */
export function contactView(contact: StoredContact, switches: GhlSwitches): Record<string, unknown> {
  const { texts } = contact;
  return present({
    id: contact.id,
    locationId: contact.locationId,
    ...texts,
    name: fullNameOf(contact),
    contactName: fullNameOf(contact),
    emailLowerCase: texts.email?.toLowerCase(),
    ...lowerCaseNames(contact),
    type: contact.type,
    tags: contact.tags,
    dnd: contact.dnd,
    dndSettings: nonEmpty(contact.dndSettings),
    inboundDndSettings: nonEmpty(contact.inboundDndSettings),
    customFields: contact.customFields,
    additionalEmails: contact.additionalEmails.map((email) => ({ email, validEmail: null })),
    followers: [],
    dateOfBirth: contact.dateOfBirth,
    dateAdded: contact.dateAdded,
    dateUpdated: contact.dateUpdated,
    ...marks(contact, switches),
  });
}

/** A contact as the search index knows it: `address`, lower-case names, additional e-mails as text (section 3.5). */
export function contactSearchDocument(contact: StoredContact, switches: GhlSwitches): Record<string, unknown> {
  const { firstName, lastName, address1, ...texts } = contact.texts;
  return present({
    id: contact.id,
    locationId: contact.locationId,
    ...texts,
    ...(switches.searchNames === 'both' ? { firstName, lastName } : {}),
    contactName: fullNameOf(contact),
    ...lowerCaseNames(contact),
    address: address1,
    type: contact.type,
    tags: contact.tags,
    dnd: contact.dnd,
    customFields: contact.customFields,
    additionalEmails: contact.additionalEmails,
    followers: [],
    dateOfBirth: contact.dateOfBirth,
    dateAdded: contact.dateAdded,
    dateUpdated: contact.dateUpdated,
  });
}

/** Leaves out what is undefined, null or empty text. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

function lowerCaseNames(contact: StoredContact) {
  return {
    firstNameLowerCase: contact.texts.firstName?.toLowerCase(),
    lastNameLowerCase: contact.texts.lastName?.toLowerCase(),
    fullNameLowerCase: fullNameOf(contact).toLowerCase(),
  };
}

function marks({ createdBy, lastUpdatedBy }: StoredContact, { authorMarks }: GhlSwitches) {
  if (authorMarks === 'absent') return {};
  const mark = (author: AuthorMark) =>
    author.source === 'INTEGRATION' && authorMarks === 'other-id' ? { ...author, sourceId: 'an-internal-id' } : author;
  return { createdBy: mark(createdBy), lastUpdatedBy: mark(lastUpdatedBy) };
}

function nonEmpty<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
