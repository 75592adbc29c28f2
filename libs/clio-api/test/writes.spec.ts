import { z } from 'zod';
import { clioWritableNames, clioWrites } from '../src/index.js';

const { matters, contacts, activities } = clioWrites;

const problemsOf = (schema: z.ZodType, value: unknown): string => {
  const parsed = schema.safeParse(value);
  return parsed.success ? '' : z.prettifyError(parsed.error);
};

describe('a change of a matter', () => {
  it('takes every form of a custom field value, and gives values as text', () => {
    const values = [
      { custom_field: { id: 22 }, value: 3 },
      { id: 'checkbox-1', value: true },
      { id: 'picklist-2', _destroy: true },
    ];
    expect(matters.update.parse({ custom_field_values: values })).toEqual({
      custom_field_values: [{ custom_field: { id: 22 }, value: '3' }, { id: 'checkbox-1', value: 'true' }, values[2]],
    });
  });

  it.each([
    [{ status: 'string' }, /"open"\|"pending"\|"closed"[\s\S]*status/],
    [{ state: 'open' }, /Unrecognized key: "state"/],
    [{}, /names nothing to change/],
    [{ responsible_attorney: { id: null } }, /responsible_attorney\.id/],
    [{ client: { id: '7' } }, /client\.id/],
    [{ open_date: '2026-02-30' }, /open_date/],
    [{ custom_field_values: [{ id: '22', value: 'x' }] }, /id of a value \(text_line-1\), not the id of its field/],
    [{ custom_field_values: [{ id: 'text_line-1', custom_field: { id: 2 }, value: 'x' }] }, /custom_field_values\[0\]/],
    [{ custom_field_values: [{ custom_field: { id: 2 }, _destroy: true }] }, /or \{id, _destroy: true\}/],
    [{ relationships: [{ _destroy: true }] }, /_destroy needs the id of the row/],
  ])('%j is refused with what is wrong', (change, why) => {
    expect(problemsOf(matters.update, change)).toMatch(why);
  });

  it.each(['group', 'matter_stage', 'practice_area'])('may take the %s away', (name) => {
    expect(problemsOf(matters.update, { [name]: { id: null } })).toBe('');
  });
});

describe('a contact', () => {
  it('needs a type and a name of some kind', () => {
    expect(problemsOf(contacts.create, { type: 'Person', last_name: 'Byron' })).toBe('');
    expect(problemsOf(contacts.create, { type: 'Company', last_name: 'Byron' })).toMatch(/name/);
    expect(problemsOf(contacts.create, { first_name: 'Ada' })).toMatch(/type/);
  });

  it('has no ids in the rows of a new one, and no more than 20 of a kind', () => {
    expect(problemsOf(contacts.create, { type: 'Company', name: 'A', email_addresses: [{ id: 1 }] })).toMatch(/"id"/);
    const many = Array(21).fill({ address: 'a@firm.example' });
    expect(problemsOf(contacts.update, { email_addresses: many })).toMatch(/<=20[\s\S]*email_addresses/);
  });
});

it('takes an activity with its type and day only', () => {
  expect(problemsOf(activities.create, { type: 'TimeEntry', date: '2026-06-01' })).toBe('');
  expect(problemsOf(activities.create, { type: 'TimeEntry' })).toMatch(/date/);
});

it('shows an example of everything, and each is right', () => {
  for (const name of clioWritableNames) {
    for (const schema of [clioWrites[name].create, clioWrites[name].update]) {
      if (schema !== null) expect(problemsOf(schema, schema.meta()?.['example'])).toBe('');
    }
  }
});
