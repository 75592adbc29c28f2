import type { ChangeListener } from '../changes.js';
import type { Author, AuthorMark, StoredContact, StoredLocation } from '../data/records.js';
import type { GhlStore } from '../data/store.js';
import { refusal } from '../http/errors.js';
import type { SwitchBoard } from '../switches.js';
import { normalWrite, writtenContact, type ContactWrite, type ContactWriting } from './contact-write.js';
import { duplicateRefusal, findDuplicate, matchingOrder, type Match } from './duplicates.js';
import { normalTags, rememberTags } from './tags.js';

export interface ContactBookOptions {
  readonly store: GhlStore;
  readonly switches: SwitchBoard;
  readonly now: () => Date;
  readonly onChange: ChangeListener;
}

/** Contacts and the rules that keep them apart (sections 3.2 to 3.4). Used by the API and by people alike. */
export class ContactBook {
  constructor(private readonly options: ContactBookOptions) {}

  create(location: StoredLocation, write: ContactWrite, author: Author): StoredContact {
    const normal = normalWrite(write, this.writing(location));
    const duplicate = findDuplicate(this.options.store, location, normal);
    if (duplicate && !location.settings.allowDuplicateContact) throw duplicateRefusal(duplicate);
    return this.insert(location, normal, author);
  }

  update(contact: StoredContact, write: ContactWrite, author: Author): StoredContact {
    const location = this.locationOf(contact);
    const normal = normalWrite(write, this.writing(location));
    const duplicate = findDuplicate(this.options.store, location, normal, contact.id);
    if (duplicate && !location.settings.allowDuplicateContact) throw duplicateRefusal(duplicate);
    return this.replace(contact, normal, author);
  }

  /**
   * Updates the contact that the first matching field finds. When the other identifier belongs to somebody else it is silently
   * left out (issue 37); an additional e-mail becomes the primary one and the old primary is lost (issue 337).
   */
  upsert(
    location: StoredLocation,
    write: ContactWrite & { createNewIfDuplicateAllowed?: boolean | undefined },
    author: Author,
  ) {
    const { createNewIfDuplicateAllowed, ...fields } = write;
    const normal = normalWrite(fields, this.writing(location));
    const always = createNewIfDuplicateAllowed === true && location.settings.allowDuplicateContact;
    const match = always ? undefined : findDuplicate(this.options.store, location, normal);
    if (!match) return { new: true, contact: this.insert(location, normal, author) };
    const contact = promoted(match, normal);
    return { new: false, contact: this.replace(contact, this.ownIdentifiers(match, normal, location), author) };
  }

  delete(contact: StoredContact, author: Author): void {
    this.options.store.contacts.remove(contact.id);
    for (const note of this.options.store.notes.where(({ contactId }) => contactId === contact.id)) {
      this.options.store.notes.remove(note.id);
    }
    for (const task of this.options.store.tasks.where(({ contactId }) => contactId === contact.id)) {
      this.options.store.tasks.remove(task.id);
    }
    this.options.onChange({ of: 'contact', before: contact, after: null, locationId: contact.locationId, author });
  }

  addTags(contact: StoredContact, tags: readonly string[], author: Author): StoredContact {
    return this.replace(contact, { tags: normalTags([...contact.tags, ...tags]) }, author);
  }

  removeTags(contact: StoredContact, tags: readonly string[], author: Author): StoredContact {
    const removed = new Set(normalTags(tags));
    return this.replace(contact, { tags: contact.tags.filter((tag) => !removed.has(tag)) }, author);
  }

  /** The contact, or the refusal for one that does not exist. */
  require(id: string | undefined): StoredContact {
    const contact = id === undefined ? undefined : this.options.store.contacts.get(id);
    if (contact) return contact;
    throw refusal(Number(this.options.switches.now.missingRecordStatus), `Contact with id ${id} not found`);
  }

  private insert(location: StoredLocation, write: ContactWrite, author: Author): StoredContact {
    const mark = this.mark(author);
    const blank: StoredContact = {
      id: this.options.store.contacts.nextId(),
      locationId: location.id,
      texts: { country: location.country },
      dateOfBirth: null,
      type: 'lead',
      tags: [],
      dnd: false,
      dndSettings: {},
      inboundDndSettings: {},
      customFields: [],
      additionalEmails: [],
      dateAdded: mark.timestamp,
      dateUpdated: mark.timestamp,
      createdBy: mark,
      lastUpdatedBy: mark,
    };
    return this.save(null, writtenContact(blank, write, this.writing(location)), author);
  }

  private replace(contact: StoredContact, write: ContactWrite, author: Author): StoredContact {
    const location = this.locationOf(contact);
    const mark = this.mark(author);
    const after = writtenContact(contact, write, this.writing(location));
    return this.save(contact, { ...after, dateUpdated: mark.timestamp, lastUpdatedBy: mark }, author);
  }

  private save(before: StoredContact | null, after: StoredContact, author: Author): StoredContact {
    const stored = before && this.options.store.contacts.get(before.id);
    this.options.store.contacts.put(after);
    rememberTags(this.options.store, after.locationId, after.tags);
    this.options.onChange({ of: 'contact', before: stored ?? null, after, locationId: after.locationId, author });
    return after;
  }

  private ownIdentifiers({ contact }: Match, write: ContactWrite, location: StoredLocation): ContactWrite {
    const own = { ...write };
    for (const field of matchingOrder(location)) {
      const other = findDuplicate(this.options.store, location, { [field]: write[field] }, contact.id);
      if (other) delete own[field];
    }
    return own;
  }

  private locationOf({ locationId }: StoredContact): StoredLocation {
    const location = this.options.store.locations.get(locationId);
    if (!location) throw refusal(400, 'Location not found');
    return location;
  }

  private writing(location: StoredLocation): ContactWriting {
    return { store: this.options.store, switches: this.options.switches.now, location };
  }

  private mark(author: Author): AuthorMark {
    return { ...author, timestamp: this.options.now().toISOString() };
  }
}

function promoted({ contact, by }: Match, { email }: ContactWrite): StoredContact {
  if (by !== 'additionalEmail') return contact;
  return { ...contact, additionalEmails: contact.additionalEmails.filter((additional) => additional !== email) };
}
