import { z } from 'zod';
import { describeFieldErrors, fieldErrors } from './field-errors.js';

const schema = z
  .strictObject({
    status: z.enum(['open', 'closed']),
    rows: z.array(z.strictObject({ name: z.string() })),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, 'names nothing to change');

function errorsFor(value: unknown) {
  const { error } = schema.safeParse(value);
  return fieldErrors(error?.issues ?? []);
}

describe('field errors', () => {
  it('name what a field may be', () => {
    expect(errorsFor({ status: 'gone' })).toEqual([
      { field: 'status', message: expect.stringContaining('open'), allowed: ['open', 'closed'] },
    ]);
  });

  it('name each field that is unknown, wherever it stands', () => {
    expect(errorsFor({ rows: [{ name: 'a' }, { name: 'b', secret: 'x', other: 1 }], more: 1 })).toEqual([
      { field: 'rows[1].secret', message: 'There is no such field.' },
      { field: 'rows[1].other', message: 'There is no such field.' },
      { field: 'more', message: 'There is no such field.' },
    ]);
  });

  it('of the request as a whole have no field', () => {
    const errors = errorsFor({});
    expect(errors).toEqual([{ field: '', message: 'names nothing to change' }]);
    expect(describeFieldErrors(errors)).toEqual(['names nothing to change']);
  });

  it('are bounded, however much is wrong', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`field${n}`, 1]));
    expect(errorsFor({ ...many, rows: Array(1_000).fill(1) })).toHaveLength(50);
  });
});
