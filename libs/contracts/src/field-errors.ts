import { z } from 'zod';

export const fieldErrorSchema = z
  .object({
    field: z.string().describe('Where it stands, like `email_addresses[0].name`; empty for the request as a whole.'),
    message: z.string().describe('What is wrong with it, for a person.'),
    allowed: z.array(z.unknown()).optional().describe('All that it may be, where that is a list.'),
  })
  .meta({ id: 'FieldError', description: 'What is wrong with one field of a request.' });
export type FieldError = z.output<typeof fieldErrorSchema>;

const segmentSchema = z.union([
  z.string(),
  z.number(),
  z.object({ key: z.union([z.string(), z.number()]) }).transform(({ key }) => key),
]);

/** What every schema library tells of a value it refuses, and what zod adds. */
const issueSchema = z.object({
  message: z.string(),
  path: z.array(segmentSchema).default([]),
  keys: z.array(z.string()).optional(),
  values: z.array(z.unknown()).optional(),
});

/** A request may have a million wrong fields; whoever corrects them begins with these. */
const mostErrors = 50;

/** What is wrong, field by field. Of what was sent it repeats the names of fields only. */
export function fieldErrors(issues: readonly unknown[]): FieldError[] {
  return issues
    .slice(0, mostErrors)
    .flatMap((issue) => errorsOf(issueSchema.parse(issue)))
    .slice(0, mostErrors);
}

function errorsOf({ message, path, keys, values }: z.output<typeof issueSchema>): FieldError[] {
  if (keys !== undefined) {
    return keys
      .slice(0, mostErrors)
      .map((key) => ({ field: fieldAt([...path, key]), message: 'There is no such field.' }));
  }
  return [{ field: fieldAt(path), message, ...(values !== undefined && { allowed: values }) }];
}

function fieldAt(path: readonly (string | number)[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return (text.startsWith('.') ? text.slice(1) : text).slice(0, 200);
}

/** One sentence a field. */
export function describeFieldErrors(errors: readonly FieldError[]): string[] {
  return errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
}
