import { readCustomFieldValues } from './values.js';

it('finds the value under each of the names HighLevel uses', () => {
  const entries = [
    { id: 'contact', value: 'a' },
    { id: 'opportunity', fieldValue: ['b'] },
    { id: 'search', type: 'number', fieldValueNumber: 3 },
    { id: 'empty' },
  ];
  expect(readCustomFieldValues(entries)).toEqual([
    { id: 'contact', value: 'a' },
    { id: 'opportunity', value: ['b'] },
    { id: 'search', value: 3 },
    { id: 'empty', value: null },
  ]);
});
