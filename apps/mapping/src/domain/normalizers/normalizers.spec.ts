import { clioResourceNames, type ClioResourceName } from '@firmbridge/clio-api';
import { entitySchemas } from '@firmbridge/contracts';
import { aClioRecord } from '../../../test/builders/a-clio-record.js';
import { contextOf } from '../context.js';
import { settle, type State } from '../entity-state.js';
import type { RecordReference } from '../references.js';
import { clioNormalizers, platformNormalizers } from './catalogue.js';

const idOf = ({ resource, recordId }: RecordReference) =>
  `00000000-0000-4000-8000-${Buffer.from(`${resource}/${recordId}`).toString('hex').slice(-12)}`;

function normalized(
  resource: ClioResourceName,
  fields: Record<string, unknown> = {},
  { known = null, region = 'us' }: { known?: State | null; region?: 'us' | 'eu' | 'au' } = {},
): Record<string, unknown> {
  return settle(clioNormalizers[resource].normalize(aClioRecord(resource, fields), contextOf(region)), known, idOf);
}

const reference = (type: string, resource: string, recordId: number) => ({
  type,
  id: idOf({ resource, recordId: String(recordId) } as RecordReference),
});
const dollars = (minor: number) => ({ minor, currency: 'USD' });

describe('every normalizer', () => {
  it.each(clioResourceNames)('makes a state of %s that its entity schema accepts as it is', (resource) => {
    const state = normalized(resource);
    expect(entitySchemas[clioNormalizers[resource].entityType].parse(state)).toEqual(state);
  });

  it.each(clioResourceNames)('makes a state of %s from a record that has an id and little else', (resource) => {
    const required: Partial<Record<ClioResourceName, object>> = {
      activities: { type: 'ExpenseEntry', date: '2025-01-01' },
      bills: { state: 'draft' },
      contacts: { type: 'Company' },
      matters: { status: 'Closed' },
    };
    const draft = clioNormalizers[resource].normalize({ id: 1, ...required[resource] }, contextOf('us'));
    const state = settle(draft, null, idOf);
    expect(entitySchemas[clioNormalizers[resource].entityType].parse(state)).toEqual(state);
    expect(clioNormalizers[resource].title(state)).not.toBe('');
  });

  it('knows all resources of Clio and none besides', () => {
    expect(Object.keys(clioNormalizers).sort()).toEqual([...clioResourceNames].sort());
    expect(platformNormalizers.find('clio', 'toString')).toBeNull();
    expect(platformNormalizers.find('ghl', 'calendars')).toBeNull();
  });

  it('refuses a record without an id', () => {
    expect(() => normalized('contacts', { id: null })).toThrow();
  });

  it('replaces what PostgreSQL would refuse to keep', () => {
    expect(normalized('activities', { note: 'a\0b\uD83D' })['note']).toBe('a\uFFFDb\uFFFD');
    const note = `${'x'.repeat(199)}😀`;
    expect(clioNormalizers.activities.title(normalized('activities', { note }))).toBe(`${'x'.repeat(199)}\uFFFD`);
  });
});

describe('people', () => {
  it('takes the firm and the user it acts as from who_am_i', () => {
    expect(normalized('who_am_i')).toEqual({
      name: 'Alvarez Law LLP',
      firmName: 'Alvarez Law LLP',
      user: reference('user', 'users', 358000001),
    });
    expect(normalized('who_am_i', { account: null })).toMatchObject({ name: 'Maria Alvarez', firmName: null });
  });

  it('writes a user in our spelling, with the roles in a fixed order', () => {
    expect(normalized('users')).toMatchObject({
      subscription: 'attorney',
      roles: ['Admin', 'Billing', 'Reports'],
      accountOwner: true,
    });
    expect(normalized('users', { subscription_type: 'NonAttorney' })['subscription']).toBe('non-attorney');
  });

  it('lists the members of a group in the order of their ids, each once', () => {
    const users = [{ id: 30 }, { id: 4 }, { id: 30 }];
    expect(normalized('groups', { users })['members']).toEqual([
      reference('user', 'users', 4),
      reference('user', 'users', 30),
    ]);
  });

  it('gives phones in E.164 beside the original where they can be understood', () => {
    expect(normalized('contacts')['phones']).toEqual([
      { number: '(415) 555-0101', label: 'Work', primary: true, e164: '+14155550101' },
      { number: '+44 20 7946 0958', label: 'Other', primary: false, e164: '+442079460958' },
      { number: 'ext. 12', label: 'Other', primary: false, e164: null },
    ]);
  });

  it('reads national numbers by the region of the connection', () => {
    const phone_numbers = [{ id: 1, number: '020 7946 0958', name: 'Work', primary: true }];
    expect(normalized('contacts', { phone_numbers }, { region: 'eu' })['phones']).toMatchObject([
      { e164: '+442079460958' },
    ]);
    expect(normalized('contacts', { phone_numbers })['phones']).toMatchObject([{ e164: null }]);
    const australian = [{ id: 1, number: '0412 345 678', name: 'Mobile', primary: true }];
    expect(normalized('contacts', { phone_numbers: australian }, { region: 'au' })['phones']).toMatchObject([
      { e164: '+61412345678' },
    ]);
  });

  it('takes the words of a pick list and leaves out fields the firm removed', () => {
    const removed = { field_name: 'Old', field_type: 'text_line', value: 'x', soft_deleted: true };
    const values = aClioRecord('contacts')['custom_field_values'] as unknown[];
    expect(normalized('contacts', { custom_field_values: [...values, removed] })['customFields']).toEqual([
      { name: 'Referral source', type: 'text_line', value: 'Website' },
      { name: 'Injury type', type: 'picklist', value: 'Whiplash' },
      { name: 'Court date', type: 'date', value: null },
    ]);
  });

  it('falls back to the primary e-mail and phone when Clio lists none', () => {
    const state = normalized('contacts', { email_addresses: [], phone_numbers: [] });
    expect(state['emails']).toEqual([{ address: 'clara@hughes.example', label: null, primary: true }]);
    expect(state['phones']).toMatchObject([{ e164: '+14155550101', primary: true }]);
  });

  it('keeps what it knows of a contact that comes back redacted as a whole', () => {
    const known = normalized('contacts');
    const blanks = Object.fromEntries(Object.keys(aClioRecord('contacts')).map((field) => [field, null]));
    const redacted = { ...blanks, id: 2401000007, redacted: true };
    expect(normalized('contacts', { ...redacted, last_name: 'Hughes-Reyes' }, { known })).toEqual({
      ...known,
      name: 'Hughes-Reyes',
      lastName: 'Hughes-Reyes',
    });
    expect(normalized('contacts', redacted)).toMatchObject({ kind: 'person', name: '', emails: [] });
  });

  it('names a contact without a name by its parts', () => {
    expect(normalized('contacts', { name: ' ' })['name']).toBe('Clara Hughes');
  });
});

describe('matters', () => {
  it('writes the status in lower case, blank text as none, and the statute as a date', () => {
    expect(normalized('matters')).toMatchObject({
      number: '00042-Smith',
      status: 'open',
      clientReference: null,
      statuteOfLimitationsOn: '2027-10-05',
      client: reference('contact', 'contacts', 2401000007),
      stage: reference('matter-stage', 'matter_stages', 811),
      responsibleStaff: null,
    });
  });

  it('sets a matter aside whose status it does not know', () => {
    expect(() => normalized('matters', { status: 'Archived' })).toThrow('"archived" is not known');
  });

  it('understands the practice area of a stage, whose id Clio gives as text', () => {
    expect(normalized('matter_stages')['practiceArea']).toEqual(reference('practice-area', 'practice_areas', 71));
  });

  it('keeps the client it knew when Clio hides it, and loses it when Clio says there is none', () => {
    const known = normalized('matters');
    const hidden = { redacted: true, id: null, name: null };
    expect(normalized('matters', { client: hidden }, { known })['client']).toEqual(known['client']);
    expect(normalized('matters', { client: hidden })['client']).toBeNull();
    expect(normalized('matters', { client: null }, { known })['client']).toBeNull();
  });
});

describe('time', () => {
  it('turns the seconds of a time entry into hours and leaves the pieces of an expense', () => {
    expect(normalized('activities')).toMatchObject({ kind: 'time', quantity: '1.5', price: dollars(35000) });
    expect(normalized('activities', { type: 'SoftCostEntry', quantity: 2.5 })).toMatchObject({
      kind: 'soft-cost',
      quantity: '2.5',
    });
    expect(normalized('activities', { type: 'HardCostEntry', quantity: null })['quantity']).toBeNull();
  });

  it('keeps the hours it knew when Clio hides them', () => {
    const hidden = { quantity_redacted: true, quantity: null, total: null };
    const known = normalized('activities');
    expect(normalized('activities', hidden, { known })).toEqual({ ...known, quantityRedacted: true });
    expect(normalized('activities', hidden)).toMatchObject({ quantity: null, total: null, quantityRedacted: true });
  });

  it("prices an activity in its own currency, or else in the connection's", () => {
    const yen = normalized('activities', { currency: { id: 3, code: 'JPY' }, price: 3000, total: 4500 });
    expect(yen['total']).toEqual({ minor: 4500, currency: 'JPY' });
    expect(normalized('activities', { currency: null }, { region: 'au' })['total']).toEqual({
      minor: 52500,
      currency: 'AUD',
    });
  });

  it('sets an activity of an unknown type aside', () => {
    expect(() => normalized('activities', { type: 'Mystery' })).toThrow('"Mystery" is not known');
  });

  it('spells the kinds of expense categories like those of activities', () => {
    expect(normalized('expense_categories')).toMatchObject({ kind: 'hard-cost', rate: '12.5' });
  });
});

describe('billing', () => {
  it('keeps the amounts of a bill to the cent and its matters in a fixed order', () => {
    expect(normalized('bills')).toMatchObject({
      tax: dollars(4331),
      total: dollars(56831),
      paid: dollars(10010),
      balance: dollars(46821),
      matters: [reference('matter', 'matters', 1720000042), reference('matter', 'matters', 1720000043)],
    });
  });

  it('keeps the matters of a bill when one of them is hidden', () => {
    const known = normalized('bills');
    const matters = [{ id: 1720000042 }, { id: null, redacted: true }];
    expect(normalized('bills', { matters }, { known })['matters']).toEqual(known['matters']);
  });

  it('adds both taxes of a line and reads its quantity as hours', () => {
    expect(normalized('bill_line_items')).toMatchObject({
      kind: 'service',
      type: 'activity-line-item',
      quantity: '1.5',
      tax: dollars(4436),
    });
  });

  it('takes the currency of the matter where a charge names none', () => {
    expect(normalized('interest_charges')['total']).toEqual({ minor: 468, currency: 'CAD' });
  });

  it('writes instants in UTC, so that another spelling of the same instant is no change', () => {
    const voided = (voided_at: string) => normalized('credit_memos', { voided_at })['voidedAt'];
    expect(voided('2025-11-16T09:30:00-05:00')).toBe('2025-11-16T14:30:00.000Z');
    expect(voided('2025-11-16T14:30:00Z')).toBe('2025-11-16T14:30:00.000Z');
  });

  it('names the recorded payment or credit memo behind an allocation', () => {
    expect(normalized('allocations')['parent']).toEqual({ kind: 'payment', sourceId: '960000001' });
    expect(normalized('allocations', { parent: { id: 5, type: 'CreditMemo' } })['parent']).toEqual({
      kind: 'credit-memo',
      sourceId: '5',
    });
    expect(normalized('allocations', { parent: null })['parent']).toBeNull();
  });

  it('links an online payment with its bills, matters and allocations', () => {
    expect(normalized('payments')).toMatchObject({
      state: 'completed',
      amount: dollars(10010),
      allocations: [reference('allocation', 'allocations', 950000001)],
      bills: [reference('bill', 'bills', 910000311)],
      bankTransaction: reference('bank-transaction', 'bank_transactions', 980000001),
    });
  });
});

describe('trust', () => {
  it('keeps an overdrawn account overdrawn', () => {
    expect(normalized('bank_accounts')).toMatchObject({ kind: 'trust', balance: dollars(-1234), isDefault: true });
  });

  it('keeps an exchange rate as a decimal and finds the account by its id alone', () => {
    expect(normalized('bank_transactions', { bank_account: null })).toMatchObject({
      kind: 'clio-payment',
      exchangeRate: '1.3601',
      fundsOut: null,
      bankAccount: reference('bank-account', 'bank_accounts', 44001),
    });
  });
});
