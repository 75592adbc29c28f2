import { contactFilterFields, contactRangeFields, contactSortFields, searchContactsSchema } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { hashOf } from '../../random.js';
import type { StoredContact } from '../data/records.js';
import { mountRoute } from '../http/route.js';
import { searchPage, type SearchRules } from '../search/page.js';
import type { GhlWorld } from '../world.js';
import { contactSearchDocument, fullNameOf } from './contact-view.js';

const customFieldPrefix = 'customFields.';

/** POST `/contacts/search` over the delayed index (section 3.5). Filters on nested opportunities are not imitated. */
export function mountContactSearch(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'contacts.search',
    body: () => searchContactsSchema,
    handle: (_, { locationId, pageLimit, query, ...request }) => {
      const contacts = world.contactIndex.found().filter((contact) => contact.locationId === locationId);
      const asked = query ? contacts.filter((contact) => isAbout(contact, query)) : contacts;
      const misses = world.switches.now.phoneSearchMisses;
      const page = searchPage(asked, { ...request, size: pageLimit }, misses ? rulesMissingPhones : rules);
      const found = page.hits.map(({ document, searchAfter }) => ({
        ...contactSearchDocument(document, world.switches.now),
        searchAfter,
      }));
      return { status: 200, body: { contacts: found, total: page.total } };
    },
  });
}

const rules: SearchRules<StoredContact> = {
  known: contactFilterFields,
  ranges: contactRangeFields,
  customFieldPrefix,
  withoutContains: ['email'],
  sortable: contactSortFields,
  defaultSort: { field: 'dateAdded', direction: 'desc' },
  instants: contactRangeFields,
  read: readField,
};

/** Issue 289: for some contacts a search by phone finds nothing. */
const rulesMissingPhones: SearchRules<StoredContact> = {
  ...rules,
  read: (contact, field) =>
    field === 'phone' && hashOf([contact.id]) % 2 === 0 ? undefined : readField(contact, field),
};

function readField(contact: StoredContact, field: string): unknown {
  if (field.startsWith(customFieldPrefix)) {
    return contact.customFields.find(({ id }) => id === field.slice(customFieldPrefix.length))?.value;
  }
  switch (field) {
    case 'firstNameLowerCase':
      return contact.texts.firstName?.toLowerCase();
    case 'lastNameLowerCase':
      return contact.texts.lastName?.toLowerCase();
    case 'contactName':
      return fullNameOf(contact);
    case 'address':
      return contact.texts.address1;
    case 'id':
    case 'type':
    case 'tags':
    case 'dnd':
    case 'dateAdded':
    case 'dateUpdated':
    case 'dateOfBirth':
      return contact[field];
    default:
      return Object.entries(contact.texts).find(([name]) => name === field)?.[1];
  }
}

function isAbout(contact: StoredContact, query: string): boolean {
  const { email, phone, companyName } = contact.texts;
  const wanted = query.toLowerCase();
  return [fullNameOf(contact), email, phone, companyName].some((text) => text?.toLowerCase().includes(wanted));
}
