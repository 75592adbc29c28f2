import { comparedFacts } from './contact-facts.js';

describe('two contacts beside each other', () => {
  it('show what each says, and leave out what neither does', () => {
    const clio = {
      name: 'Clara Hughes',
      emails: [{ address: 'Clara@hughes.example' }],
      phones: [{ number: '(415) 555-0101', e164: '+14155550101' }],
      dateOfBirth: '1984-02-29',
    };
    const ghl = { name: 'Martin Hughes', emails: [{ address: 'clara@hughes.example' }], phones: [], dateOfBirth: null };
    expect(comparedFacts(clio, ghl)).toEqual([
      { label: 'Name', one: 'Clara Hughes', other: 'Martin Hughes', isSame: false },
      { label: 'E-mail', one: 'clara@hughes.example', other: 'clara@hughes.example', isSame: true },
      { label: 'Phone', one: '+14155550101', other: '–', isSame: false },
      { label: 'Born', one: '1984-02-29', other: '–', isSame: false },
    ]);
  });
});
