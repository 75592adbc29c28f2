import { associationOf, valuesOf } from '../data/shapes.js';
import { badRequest } from './refusal.js';

export interface PlannedField {
  readonly name: string;
  /** Null for a plain value. */
  readonly nested: Plan | null;
  readonly isList: boolean;
}
export type Plan = readonly PlannedField[];

const planCache = new Map<string, Plan>();

/**
 * What to render for a `fields` parameter (clio-api section 2): nothing asked gives the default fields, an association
 * without braces gives its default fields, braces go one level deep, and any unknown name refuses the whole request.
 */
export function planFields(shapeName: string, fields: string | null): Plan {
  const key = `${shapeName}?${fields ?? ''}`;
  const known = planCache.get(key);
  if (known) return known;
  const plan = fields === null || fields === '' ? defaultPlan(shapeName) : parse(shapeName, fields);
  if (planCache.size > 500) planCache.clear();
  planCache.set(key, plan);
  return plan;
}

function parse(shapeName: string, fields: string): Plan {
  return split(fields).map(({ name, nested }) => {
    const target = associationOf(shapeName, name);
    if (target === undefined) throw unknownField(name, shapeName);
    if (target === null) {
      if (nested !== null) throw badRequest(`${name} has no fields of its own`);
      return { name, nested: null, isList: false };
    }
    return {
      name,
      nested: nested === null ? defaultPlan(target.shape) : parseNested(target.shape, nested),
      isList: target.isList,
    };
  });
}

/** Inside braces associations may be named, not opened: they come with their default fields. */
function parseNested(shapeName: string, fields: string): Plan {
  return split(fields).map(({ name, nested }) => {
    if (nested !== null) throw badRequest('Nested resources can only be one level deep');
    const target = associationOf(shapeName, name);
    if (target === undefined) throw unknownField(name, shapeName);
    if (target === null) return { name, nested: null, isList: false };
    return { name, nested: defaultPlan(target.shape), isList: target.isList };
  });
}

/** Default fields: id and etag; value rows of custom fields show id and value instead (seen live, section 2). */
function defaultPlan(shapeName: string): Plan {
  const names = shapeName === 'CustomFieldValue' ? ['id', 'value'] : ['id', 'etag'];
  const legal = valuesOf(shapeName);
  return names.filter((name) => legal?.has(name) ?? true).map((name) => ({ name, nested: null, isList: false }));
}

/** `a,b{c,d}`: names with what their braces hold, uninterpreted. */
function split(fields: string): { name: string; nested: string | null }[] {
  const parts: { name: string; nested: string | null }[] = [];
  let at = 0;
  while (at < fields.length) {
    const name = /^[A-Za-z0-9_]+/.exec(fields.slice(at))?.[0];
    if (name === undefined) throw badRequest(`Invalid fields: ${fields}`);
    at += name.length;
    let nested: string | null = null;
    if (fields[at] === '{') {
      const end = closingBrace(fields, at);
      nested = fields.slice(at + 1, end);
      at = end + 1;
    }
    parts.push({ name, nested });
    if (at < fields.length && fields[at] !== ',') throw badRequest(`Invalid fields: ${fields}`);
    at += 1;
    if (at === fields.length) throw badRequest(`Invalid fields: ${fields}`);
  }
  return parts;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw badRequest(`Invalid fields: ${text}`);
}

function unknownField(name: string, shapeName: string) {
  return badRequest(`${name} is not a valid field of ${shapeName}`);
}
