import { hasHappened } from './has-happened.js';

const matter = {
  id: 7,
  status: 'Closed',
  close_date: '2026-02-01',
  location: null,
  practice_area: { id: 3, name: 'Family' },
  group: null,
  custom_field_values: [
    { id: 'text_line-1', value: 'Dept. 4', custom_field: { id: 22 } },
    { id: 'numeric-2', value: 12.5, custom_field: null },
  ],
  email_addresses: [{ id: 9, address: 'a@firm.example', name: 'Work', primary: true }],
};

describe('what a record shows of a write', () => {
  it.each([
    ['a status in its other spelling', { status: 'closed', close_date: '2026-02-01' }, 'yes'],
    ['an emptied text', { location: '' }, 'yes'],
    ['another association', { practice_area: { id: 4 } }, 'no'],
    ['an association that was taken away', { group: { id: null } }, 'yes'],
    ['a changed value', { custom_field_values: [{ id: 'text_line-1', value: 'Dept. 4' }] }, 'yes'],
    ['a value by its field', { custom_field_values: [{ custom_field: { id: 22 }, value: 'Dept. 4' }] }, 'yes'],
    ['a number as text', { custom_field_values: [{ id: 'numeric-2', value: '12.5' }] }, 'yes'],
    ['a value that is another', { custom_field_values: [{ id: 'text_line-1', value: 'Dept. 5' }] }, 'no'],
    ['a deleted row that is there', { custom_field_values: [{ id: 'text_line-1', _destroy: true }] }, 'no'],
    ['a deleted row that is gone', { email_addresses: [{ id: 8, _destroy: true }] }, 'yes'],
    ['an added row', { email_addresses: [{ address: 'a@firm.example', default_email: true }] }, 'yes'],
    ['a missing added row', { email_addresses: [{ address: 'b@firm.example' }] }, 'no'],
    ['what came back empty', { location: 'Room 4' }, 'unclear'],
    ['what no reading shows', { reset_matter_number: true, status: 'closed' }, 'unclear'],
    ['half of it', { status: 'closed', description: 'x', close_date: '2026-03-01' }, 'no'],
  ])('%s', (_case, wanted, seen) => {
    expect(hasHappened(wanted, matter)).toBe(seen);
  });
});
