import type { accountSchema, contactSchema, groupSchema, userSchema } from '../people.js';
import { exampleEntityIds, exampleRef, type EntityExample } from './example.js';

const account: EntityExample<typeof accountSchema> = {
  entityId: exampleEntityIds.account,
  resource: 'who_am_i',
  recordId: '350982',
  state: { name: 'Judith Arkwright', firmName: null, user: exampleRef('user') },
  update: { name: 'Juniper & Vale LLP', firmName: 'Juniper & Vale LLP' },
};

const user: EntityExample<typeof userSchema> = {
  entityId: exampleEntityIds.user,
  resource: 'users',
  recordId: '350982',
  state: {
    name: 'Judith Arkwright',
    firstName: 'Judith',
    lastName: 'Arkwright',
    email: 'judith.arkwright@juniper-vale.example',
    phone: '(202) 555-0117',
    enabled: true,
    accountOwner: true,
    subscription: 'attorney',
    roles: ['Administrator', 'Billing'],
    timeZone: 'Eastern Time (US & Canada)',
  },
  update: { roles: ['Administrator', 'Billing', 'Reports'] },
};

const group: EntityExample<typeof groupSchema> = {
  entityId: exampleEntityIds.group,
  resource: 'groups',
  recordId: '70113',
  state: { name: 'Litigation', kind: 'user-group', members: [] },
  update: { members: [exampleRef('user')] },
};

const privateMail = { address: 'marisol.tenbrook@mail.example', label: 'Home', primary: true };

const contact: EntityExample<typeof contactSchema> = {
  entityId: exampleEntityIds.contact,
  resource: 'contacts',
  recordId: '1187240963',
  state: {
    kind: 'person',
    name: 'Marisol Tenbrook',
    firstName: 'Marisol',
    middleName: null,
    lastName: 'Tenbrook',
    prefix: 'Ms.',
    title: null,
    dateOfBirth: '1984-03-09',
    isClient: true,
    company: null,
    companyName: null,
    emails: [privateMail],
    phones: [{ number: '(202) 555-0143', e164: '+12025550143', label: 'Mobile', primary: true }],
    addresses: [
      {
        label: 'Home',
        street: '18 Alder Court',
        city: 'Arlington',
        province: 'VA',
        postalCode: '22201',
        country: 'US',
        primary: true,
      },
    ],
    customFields: [{ name: 'Referred by', type: 'text_line', value: 'Website' }],
  },
  update: {
    emails: [
      { ...privateMail, primary: false },
      { address: 'm.tenbrook@fernhill-pottery.example', label: 'Work', primary: true },
    ],
  },
};

export const peopleExamples = { account, user, group, contact };
