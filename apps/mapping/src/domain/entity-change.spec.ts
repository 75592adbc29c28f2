import { contentHash, settle, type State } from './entity-state.js';
import { observe, observeDeletion, type KnownEntity } from './entity-change.js';
import { concernsGhl, ghlContactFields } from './ghl-contact.js';
import { Hidden } from './hidden.js';

const known = (state: State, deleted = false): KnownEntity => ({
  entityId: 'e',
  epoch: 0,
  version: 3,
  state,
  contentHash: contentHash(state),
  deleted,
  normalizerVersion: 1,
});

describe('observe', () => {
  it('creates at first sight and after a deletion', () => {
    expect(observe(null, { name: 'a' })).toMatchObject({ verb: 'created', changes: [] });
    expect(observe(known({ name: 'a' }, true), { name: 'a' })).toMatchObject({ verb: 'created' });
  });

  it('changes nothing when the content is the same in another order of keys', () => {
    const before = { price: { minor: 5, currency: 'USD' }, name: 'a' };
    expect(observe(known(before), { name: 'a', price: { currency: 'USD', minor: 5 } })).toBeNull();
  });

  it('names each changed field with both values', () => {
    const before = { name: 'a', tags: ['x'], note: null };
    expect(observe(known(before), { name: 'b', tags: ['x', 'y'], note: null })).toMatchObject({
      verb: 'updated',
      changes: [
        { field: 'name', before: 'a', after: 'b' },
        { field: 'tags', before: ['x'], after: ['x', 'y'] },
      ],
    });
  });
});

describe('observeDeletion', () => {
  it('keeps the last known state and deletes once', () => {
    expect(observeDeletion(known({ name: 'a' }), { name: 'b' })).toMatchObject({
      verb: 'deleted',
      state: { name: 'a' },
    });
    expect(observeDeletion(known({ name: 'a' }, true), null)).toBeNull();
  });

  it('leaves a tombstone of a record that was never seen alive, if it can be read', () => {
    expect(observeDeletion(null, { name: 'b' })).toMatchObject({ verb: 'deleted', state: { name: 'b' } });
    expect(observeDeletion(null, null)).toBeNull();
  });
});

describe('settle', () => {
  it('takes what was known for a hidden field, also when that was nothing', () => {
    const draft = { phone: new Hidden('?'), name: 'n' };
    expect(settle(draft, { phone: null, name: 'o' }, String)).toEqual({ phone: null, name: 'n' });
    expect(settle(draft, null, String)).toEqual({ phone: '?', name: 'n' });
  });
});

describe('the GHL side of a contact', () => {
  const contact = {
    kind: 'person' as const,
    name: 'Clara Hughes',
    firstName: 'Clara',
    middleName: null,
    lastName: 'Hughes',
    prefix: null,
    title: null,
    dateOfBirth: '1984-02-29',
    isClient: true,
    company: null,
    companyName: null,
    emails: [
      { address: 'home@x.example', label: null, primary: false },
      { address: 'work@x.example', label: null, primary: true },
    ],
    phones: [{ number: '(415) 555-0101', label: null, primary: false, e164: '+14155550101' }],
    addresses: [],
    customFields: [],
  };

  it('is the primary e-mail, the phone in E.164 and the name of the company', () => {
    expect(ghlContactFields(contact, 'Hughes Holdings')).toMatchObject({
      email: 'work@x.example',
      phone: '+14155550101',
      companyName: 'Hughes Holdings',
      address1: null,
    });
  });

  it('is concerned only by fields that GHL carries', () => {
    expect(concernsGhl([{ field: 'customFields', before: [], after: [1] }])).toBe(false);
    expect(concernsGhl([{ field: 'emails', before: [], after: [1] }])).toBe(true);
  });
});
