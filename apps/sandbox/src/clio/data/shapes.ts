import { shapes } from '../generated/shapes.js';

export interface Association {
  readonly shape: string;
  readonly isList: boolean;
}

/** The association behind a name, null for a plain value, undefined for a name the specification does not know. */
export function associationOf(shapeName: string, name: string): Association | null | undefined {
  const one = shapes[shapeName]?.one[name];
  if (one !== undefined) return { shape: one, isList: false };
  const many = shapes[shapeName]?.many[name];
  if (many !== undefined) return { shape: many, isList: true };
  return (valuesOf(shapeName)?.has(name) ?? true) ? null : undefined;
}

const valueSets = new Map(Object.entries(shapes).map(([name, { values }]) => [name, new Set(values.split(' '))]));

/** The plain properties of a shape, or null for one that lies too deep to be opened. */
export function valuesOf(shapeName: string): ReadonlySet<string> | null {
  return valueSets.get(shapeName) ?? null;
}
