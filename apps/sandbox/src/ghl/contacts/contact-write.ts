import type { UpdateGhlContact } from '@firmbridge/ghl-api';
import { writtenCustomFields } from '../data/custom-field-values.js';
import { contactTextFields, type ContactTextField, type StoredContact, type StoredLocation } from '../data/records.js';
import type { GhlStore } from '../data/store.js';
import { refusal, unprocessable } from '../http/errors.js';
import type { GhlSwitches } from '../switches.js';
import { dateOfBirthInstant } from './date-of-birth.js';
import { e164 } from './phone.js';
import { normalTags } from './tags.js';

/** Everything a create, upsert or update may say about a contact. */
export type ContactWrite = UpdateGhlContact & { gender?: string | undefined; companyName?: string | null | undefined };

export interface ContactWriting {
  readonly store: GhlStore;
  readonly switches: GhlSwitches;
  readonly location: StoredLocation;
}

type Texts = StoredContact['texts'];

/** Refuses what no contact may have (422), and gives phone and e-mail the form in which they are compared. */
export function normalWrite(write: ContactWrite, { location, switches }: ContactWriting): ContactWrite {
  if (write.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(write.email)) throw unprocessable('email must be an email');
  if (write.dateOfBirth && !dateOfBirthInstant(write.dateOfBirth))
    throw unprocessable('dateOfBirth must be a valid date');
  const normal = { ...write, ...(write.email ? { email: write.email.trim().toLowerCase() } : {}) };
  if (!write.phone) return normal;
  const phone = e164(write.phone, location.country);
  if (phone === null && switches.unparsablePhone === 'refused') throw refusal(400, 'Invalid phone number.');
  return { ...normal, phone: phone ?? write.phone };
}

/** The contact after a normal write: absent fields stay, null and empty ones are cleared, tags are replaced (section 3.2). */
export function writtenContact(contact: StoredContact, write: ContactWrite, writing: ContactWriting): StoredContact {
  const { store, switches, location } = writing;
  return {
    ...contact,
    texts: writtenTexts(contact.texts, { ...write, ...namesOf(write) }),
    ...(write.dateOfBirth === undefined ? {} : { dateOfBirth: dateOfBirthInstant(write.dateOfBirth ?? '') }),
    ...(write.tags === undefined ? {} : { tags: normalTags(write.tags) }),
    ...(write.dnd === undefined ? {} : { dnd: write.dnd }),
    ...(write.dndSettings === undefined ? {} : { dndSettings: { ...contact.dndSettings, ...write.dndSettings } }),
    ...(write.inboundDndSettings === undefined
      ? {}
      : { inboundDndSettings: { ...contact.inboundDndSettings, ...write.inboundDndSettings } }),
    ...(write.customFields === undefined
      ? {}
      : {
          customFields: writtenCustomFields(contact.customFields, write.customFields, {
            store,
            switches,
            locationId: location.id,
            model: 'contact',
          }),
        }),
  };
}

function writtenTexts(current: Texts, write: Partial<Record<ContactTextField, string | null | undefined>>): Texts {
  const texts = { ...current };
  for (const field of contactTextFields) {
    const value = write[field];
    if (value === undefined) continue;
    if (value === null || value === '') delete texts[field];
    else texts[field] = value;
  }
  return texts;
}

/** `name` is derived; written alone it is taken apart. */
function namesOf({ name, firstName, lastName }: ContactWrite): { firstName?: string | null; lastName?: string | null } {
  if (name === undefined || firstName !== undefined || lastName !== undefined) return {};
  const [first, ...rest] = (name ?? '').trim().split(/\s+/);
  return { firstName: first || null, lastName: rest.join(' ') || null };
}
