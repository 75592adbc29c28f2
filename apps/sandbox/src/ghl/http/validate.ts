import type { z } from 'zod';
import { unprocessable } from './errors.js';

type Issue = z.core.$ZodIssue;

/** Parses a body or refuses it with 422 and the sentences of a Nest validation pipe (sections 0 and 6). */
export function validated<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw unprocessable(...new Set(parsed.error.issues.flatMap((issue) => sentencesOf(issue, []))));
}

function sentencesOf(issue: Issue, parent: readonly PropertyKey[]): string[] {
  const path = [...parent, ...issue.path];
  const name = path.map(String).join('.') || 'body';
  switch (issue.code) {
    case 'unrecognized_keys': {
      const prefix = path.length > 0 ? `${name}.` : '';
      return issue.keys.map((key) => `${prefix}property ${key} should not exist`);
    }
    case 'invalid_type':
      return [
        issue.input === undefined ? `${name} should not be empty` : `${name} must be ${withArticle(issue.expected)}`,
      ];
    case 'invalid_value':
      return [`${name} must be one of the following values: ${issue.values.map(String).join(', ')}`];
    case 'invalid_union':
      return closestOf(issue.errors).flatMap((inner) => sentencesOf(inner, path));
    case 'too_small':
      return [tooSmall(name, issue)];
    case 'too_big':
      return [tooBig(name, issue)];
    default:
      return [`${name} is not valid`];
  }
}

/** Of the shapes a value might have had, the one it missed by least. */
function closestOf(errors: readonly (readonly Issue[])[]): readonly Issue[] {
  return [...errors].sort((left, right) => left.length - right.length)[0] ?? [];
}

function tooSmall(name: string, issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'string' || issue.origin === 'array') return `${name} should not be empty`;
  return `${name} must not be less than ${issue.minimum}`;
}

function tooBig(name: string, issue: z.core.$ZodIssueTooBig): string {
  if (issue.origin === 'string') return `${name} must be shorter than or equal to ${issue.maximum} characters`;
  if (issue.origin === 'array') return `${name} must contain no more than ${issue.maximum} elements`;
  return `${name} must not be greater than ${issue.maximum}`;
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
