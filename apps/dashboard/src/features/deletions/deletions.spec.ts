import { sentenceOf } from './deletions.js';

it('says how many of how many are gone, of what, and how we know', () => {
  const deletion = { records: 214, ofRecords: 1312, resource: 'bank_transactions', evidence: 'absent_from_sweep' };
  expect(sentenceOf(deletion as Parameters<typeof sentenceOf>[0])).toBe(
    '214 records of 1,312 in bank transactions. A complete list of all ids has them no more.',
  );
});
