import type { StoredCustomField, StoredLocation, StoredUser } from './records.js';

/** The newest instant in the seed: data does not depend on the day the sandbox runs. */
export const seedInstant = new Date('2026-01-05T14:00:00.000Z');

const names = ['Hale & Whitfield Law', 'Brook Street Legal', 'Marlowe Injury Group', 'Cedar Point Counsel'];

/** The sub-account of a law firm; beyond the named ones firms are numbered. */
export function firmOf(index: number, ids: { id: string; companyId: string }): StoredLocation {
  const name = names[index] ?? `Law Office ${index + 1}`;
  const domain = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example.com`;
  return {
    ...ids,
    name,
    email: `office@${domain}`,
    phone: `+1212555${String(100 + index).padStart(4, '0')}`,
    address: `${120 + index} Court Street`,
    city: 'Brooklyn',
    state: 'NY',
    country: 'US',
    postalCode: '11201',
    website: `https://${domain}`,
    timezone: 'America/New_York',
    settings: {
      allowDuplicateContact: false,
      allowDuplicateOpportunity: false,
      allowFacebookNameMerge: false,
      disableContactTimezone: false,
    },
    matching: { primary: 'email', secondary: 'phone' },
    suspended: false,
  };
}

export const staff: readonly Omit<StoredUser, 'id' | 'companyId' | 'email' | 'locationIds'>[] = [
  { firstName: 'Nora', lastName: 'Hale', phone: '+12125550151', role: 'admin' },
  { firstName: 'Peter', lastName: 'Whitfield', phone: '+12125550152', role: 'admin' },
  { firstName: 'Grace', lastName: 'Okafor', phone: '+12125550153', role: 'user' },
];

export const practiceAreas = ['Personal Injury', 'Family Law', 'Estate Planning', 'Immigration', 'Employment'];

export const seededFields: readonly Omit<StoredCustomField, 'id' | 'locationId' | 'position'>[] = [
  {
    model: 'contact',
    name: 'Practice Area',
    fieldKey: 'contact.practice_area',
    dataType: 'SINGLE_OPTIONS',
    placeholder: 'Choose one',
    picklistOptions: practiceAreas,
  },
  {
    model: 'contact',
    name: 'Intake Notes',
    fieldKey: 'contact.intake_notes',
    dataType: 'LARGE_TEXT',
    placeholder: '',
    picklistOptions: [],
  },
  {
    model: 'opportunity',
    name: 'Matter Number',
    fieldKey: 'opportunity.matter_number',
    dataType: 'TEXT',
    placeholder: '00000-Name',
    picklistOptions: [],
  },
  {
    model: 'opportunity',
    name: 'Estimated Fee',
    fieldKey: 'opportunity.estimated_fee',
    dataType: 'MONETORY',
    placeholder: '',
    picklistOptions: [],
  },
];

export const customValues = [
  { name: 'Office hours', value: 'Monday to Friday, 9 to 5' },
  { name: 'Intake line', value: '+1 212 555 0150' },
];

export const pipelines: readonly { readonly name: string; readonly stages: readonly string[] }[] = [
  {
    name: 'Client Intake',
    stages: ['New Inquiry', 'Consultation Scheduled', 'Consultation Held', 'Engagement Sent', 'Retained'],
  },
  { name: 'Active Matters', stages: ['Opened', 'Discovery', 'Negotiation', 'Trial', 'Closed'] },
];

export const lostReasons = ['Chose another firm', 'Conflict of interest', 'No reply'];
