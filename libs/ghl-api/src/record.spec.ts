import { isThinGhlRecord, keepGhlRecord } from './record.js';
import { ghlResources } from './resources.js';

const read = {
  id: 'c1',
  firstName: 'Clara',
  lastName: 'Hughes',
  address1: '1 Court Street',
  additionalEmails: [{ email: 'b@hughes.example', validEmail: null }],
  customFields: [{ id: 'f', value: 'x' }],
  dateUpdated: '2026-01-05T14:00:00.000Z',
  dndSettings: { Email: { status: 'active' } },
  lastUpdatedBy: { source: 'INTEGRATION' },
};
const found = {
  id: 'c1',
  firstName: 'Clara',
  lastName: 'Hughes',
  firstNameLowerCase: 'clara',
  address: '1 Court Street',
  additionalEmails: ['b@hughes.example'],
  customFields: [{ id: 'f', value: 'x' }],
  dateUpdated: Date.parse('2026-01-05T14:00:00.000Z'),
  phone: '',
  searchAfter: [1, 'c1'],
};

it('keeps the same of a contact, whether it was read or found', () => {
  expect(keepGhlRecord(ghlResources.contacts, found)).toEqual(keepGhlRecord(ghlResources.contacts, read));
});

it('keeps the same of a custom field value under each of its names', () => {
  const of = (entry: object) =>
    keepGhlRecord(ghlResources.opportunities, { id: 'o', customFields: [{ id: 'f', ...entry }] });
  expect(of({ fieldValueString: 'x' })).toEqual(of({ fieldValue: 'x' }));
});

it('keeps nothing of a person that nobody needs', () => {
  expect(keepGhlRecord(ghlResources.contacts, { ...read, ssn: '000-00-0000' })).not.toHaveProperty('ssn');
});

it('tells a contact that was found with small letters only', () => {
  expect([isThinGhlRecord(found), isThinGhlRecord({ ...found, firstName: '', lastName: null })]).toEqual([false, true]);
});
