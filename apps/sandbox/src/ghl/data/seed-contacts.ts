import type { SandboxContext } from '../../context.js';
import { recordId } from './ids.js';
import type { AuthorMark, StoredContact, StoredLocation } from './records.js';
import { practiceAreas, seedInstant } from './seed-firm.js';
import type { GhlStore } from './store.js';

const firstNames = [
  'Maria',
  'James',
  'Aisha',
  'Liam',
  'Chen',
  'Olivia',
  'Diego',
  'Hannah',
  'Samuel',
  'Priya',
  'Ethan',
  'Zoe',
];
const lastNames = [
  'Alvarez',
  'Bennett',
  'Castillo',
  'Doyle',
  'Evans',
  'Farouk',
  'Grant',
  'Huang',
  'Ivanov',
  'Jensen',
  'Klein',
];
const cities = [
  { city: 'Brooklyn', state: 'NY', postalCode: '11215' },
  { city: 'Newark', state: 'NJ', postalCode: '07102' },
  { city: 'Stamford', state: 'CT', postalCode: '06901' },
];
const sources = ['website', 'referral', 'google ads', 'phone call'];
const tags = ['new lead', 'consultation', 'vip', 'spanish speaking'];
const hour = 3_600_000;

/** Contacts with distinct e-mail addresses and phone numbers; some lack one of them, as in life. */
export function seedContacts(
  store: GhlStore,
  context: SandboxContext,
  { location, count }: { location: StoredLocation; count: number },
): void {
  const practiceArea = store.customFields.find(
    (field) => field.locationId === location.id && field.fieldKey === 'contact.practice_area',
  );
  const users = store.users.where((user) => user.locationIds.includes(location.id));
  for (let index = 0; index < count; index += 1) {
    const random = context.randomFor('ghl', 'contact', location.id, index);
    const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
    const contact = personOf(index, random, location);
    const area = one(practiceAreas);
    store.contacts.load({
      ...contact,
      texts: {
        ...contact.texts,
        ...one(cities),
        ...assigned(one(users)?.id, random()),
        source: one(sources) ?? 'website',
      },
      tags: random() < 0.6 ? [one(tags) ?? 'new lead'] : [],
      customFields: practiceArea && random() < 0.7 ? [{ id: practiceArea.id, value: area }] : [],
    });
  }
  const names = new Set(store.contacts.all().flatMap((contact) => contact.tags));
  for (const [at, name] of [...names].sort().entries()) {
    store.tags.load({ id: recordId(context.randomFor('ghl', 'tag', at)), locationId: location.id, name });
  }
}

function personOf(index: number, random: () => number, location: StoredLocation): StoredContact {
  const firstName = firstNames[index % firstNames.length] ?? 'Maria';
  const lastName = lastNames[index % lastNames.length] ?? 'Alvarez';
  const address = `${firstName}.${lastName}${index < 100 ? '' : index}@mail.example.com`.toLowerCase();
  const added = new Date(seedInstant.getTime() - Math.floor(random() * 4000) * hour);
  const updated = new Date(added.getTime() + Math.floor(random() * (seedInstant.getTime() - added.getTime())));
  const author: AuthorMark = { source: 'WEB_USER', channel: 'APP', sourceId: 'seed', timestamp: added.toISOString() };
  return {
    id: recordId(random),
    locationId: location.id,
    texts: {
      firstName,
      lastName,
      ...(index % 7 === 6 ? {} : { email: address }),
      ...(index % 5 === 4 ? {} : { phone: `+1718555${String(1000 + index).padStart(4, '0')}` }),
      address1: `${10 + index} Maple Avenue`,
      country: 'US',
      timezone: 'America/New_York',
    },
    dateOfBirth: null,
    type: 'lead',
    tags: [],
    dnd: false,
    dndSettings: {},
    inboundDndSettings: {},
    customFields: [],
    additionalEmails: [],
    dateAdded: added.toISOString(),
    dateUpdated: updated.toISOString(),
    createdBy: author,
    lastUpdatedBy: { ...author, timestamp: updated.toISOString() },
  };
}

function assigned(userId: string | undefined, chance: number): { assignedTo?: string } {
  return userId && chance < 0.5 ? { assignedTo: userId } : {};
}
