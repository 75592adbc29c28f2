import type { DedupField, StoredContact, StoredLocation } from '../data/records.js';
import type { GhlStore } from '../data/store.js';
import { refusal } from '../http/errors.js';
import { fullNameOf } from './contact-view.js';

export interface Match {
  readonly contact: StoredContact;
  readonly by: DedupField | 'additionalEmail';
}

export interface Identifiers {
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

/** The fields that tell duplicates in this location, first one first (section 3.4). */
export function matchingOrder({ matching }: StoredLocation): DedupField[] {
  return matching.secondary === null ? [matching.primary] : [matching.primary, matching.secondary];
}

/** The contact that these identifiers already belong to: the first configured field that finds one decides. */
export function findDuplicate(
  store: GhlStore,
  location: StoredLocation,
  { email, phone }: Identifiers,
  exceptId?: string,
): Match | undefined {
  const others = store.contacts.where((contact) => contact.locationId === location.id && contact.id !== exceptId);
  for (const field of matchingOrder(location)) {
    const match = field === 'email' ? byEmail(others, email) : byPhone(others, phone);
    if (match) return match;
  }
  return undefined;
}

export function duplicateRefusal({ contact, by }: Match) {
  return refusal(400, 'This location does not allow duplicated contacts.', {
    error: undefined,
    meta: { contactId: contact.id, contactName: fullNameOf(contact), matchingField: by },
  });
}

export function byEmail(contacts: readonly StoredContact[], email: string | null | undefined): Match | undefined {
  if (!email) return undefined;
  const wanted = email.toLowerCase();
  const own = contacts.find((contact) => contact.texts.email?.toLowerCase() === wanted);
  if (own) return { contact: own, by: 'email' };
  const additional = contacts.find((contact) => contact.additionalEmails.includes(wanted));
  return additional && { contact: additional, by: 'additionalEmail' };
}

export function byPhone(contacts: readonly StoredContact[], phone: string | null | undefined): Match | undefined {
  if (!phone) return undefined;
  const contact = contacts.find(({ texts }) => texts.phone === phone);
  return contact && { contact, by: 'phone' };
}
