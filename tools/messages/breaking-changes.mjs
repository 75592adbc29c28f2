/**
 * Compares a released JSON Schema with the present one and names what breaks those who rely on the released one.
 *
 * One question answers both directions: does every value of one schema fit the other? Readers hold the released schema, so all
 * that we may write now must fit it. Senders hold the released schema, so all that it allows must fit the present one. On top of
 * that a removed field breaks both: readers miss it, and what senders say with it would be ignored without a word.
 *
 * A path names fields from the root: `state.emails[].address`, `details{}` for the values of a record, '' for the root.
 */

/**
 * @param {object} released
 * @param {object} present
 * @param {{ reliedOnBy: 'readers' | 'senders', openEnums?: boolean }} options with openEnums readers put up with new values
 * @returns {{ path: string, what: string }[]}
 */
export function breakingChanges(released, present, { reliedOnBy, openEnums = false }) {
  const isRead = reliedOnBy === 'readers';
  const [given, expected] = isRead ? [present, released] : [released, present];
  const comparison = {
    given: (schema) => alternativesOf(schema, given),
    expected: (schema) => alternativesOf(schema, expected),
    removed: isRead
      ? (was, is) => namesMissingIn(is, was)
      : (is, was) => (is.additionalProperties === undefined ? namesMissingIn(is, was) : []),
    underWay: new Set(),
  };
  const words = isRead ? forReaders : forSenders;
  return misfits(comparison, given, expected, '')
    .filter(({ rule }) => !(isRead && openEnums && rule === 'value'))
    .map(({ path, rule, ...facts }) => ({ path, what: words[rule](facts) }));
}

const forReaders = {
  removed: () => 'it was removed',
  absent: () => 'it may be absent now',
  type: ({ given, expected }) => `it may be ${given} now and was always ${expected}`,
  value: ({ given }) => `it may be ${given} now, which readers do not know`,
  closed: ({ expected }) => `it may be anything now and was one of ${expected}`,
  form: ({ expected }) => `it need not be ${expected} any more`,
  limit: ({ name, given, expected }) => `${name} is ${given} now and was ${expected}`,
  further: () => 'it may have further fields now, which readers refuse',
};

const forSenders = {
  removed: () => 'it was removed, so what senders say with it would be ignored',
  absent: () => 'it is required now',
  type: ({ given, expected }) => `it may not be ${given} any more, only ${expected}`,
  value: ({ given }) => `it may not be ${given} any more`,
  closed: ({ expected }) => `only ${expected} are taken now, where anything was`,
  form: ({ expected }) => `it must be ${expected} now`,
  limit: ({ name, given, expected }) => `${name} is ${expected} now and was ${given}`,
  further: () => 'further fields are refused now',
};

/** Why some value of `given` might not fit `expected`; empty when each does. */
function misfits(comparison, given, expected, path) {
  const key = JSON.stringify([given, expected]);
  // A schema that contains itself fits when nothing else speaks against it.
  if (comparison.underWay.has(key)) return [];
  comparison.underWay.add(key);
  try {
    const options = comparison.expected(expected);
    return comparison.given(given).flatMap((alternative) => leastMisfits(comparison, alternative, options, path));
  } finally {
    comparison.underWay.delete(key);
  }
}

function leastMisfits(comparison, given, options, path) {
  const candidates = options
    .filter((option) => hasTypeOf(given, option))
    .map((option) => misfitsOfOne(comparison, given, option, path));
  if (candidates.length === 0) {
    return [{ path, rule: 'type', given: typeText(given), expected: [...new Set(options.map(typeText))].join(' or ') }];
  }
  return candidates.reduce((best, each) => (weight(each) < weight(best) ? each : best));
}

/** Of two kinds of object, the one with the same constants is meant. */
function weight(found) {
  return found.reduce((sum, { rule }) => sum + (rule === 'value' ? 100 : 1), 0);
}

function hasTypeOf(given, expected) {
  if (expected.type === undefined || given.type === expected.type) return true;
  return given.type === 'integer' && expected.type === 'number';
}

function misfitsOfOne(comparison, given, expected, path) {
  const values = valuesOf(expected);
  if (values !== null) return misfitsOfValues(valuesOf(given), values, path);
  if (valuesOf(given) !== null) return [];
  const inside = { object: objectMisfits, array: listMisfits }[expected.type];
  return [
    ...formMisfits(given, expected, path),
    ...limitMisfits(given, expected, path),
    ...(inside === undefined ? [] : inside(comparison, given, expected, path)),
  ];
}

function misfitsOfValues(given, expected, path) {
  const list = (values) => values.map((value) => `\`${value}\``).join(', ');
  if (given === null) return [{ path, rule: 'closed', expected: list(expected) }];
  const unknown = given.filter((value) => !expected.includes(value));
  return unknown.length === 0 ? [] : [{ path, rule: 'value', given: list(unknown) }];
}

function formMisfits(given, expected, path) {
  return ['format', 'pattern']
    .filter((name) => expected[name] !== undefined && given[name] !== expected[name])
    .map((name) => ({ path, rule: 'form', expected: `of the ${name} ${expected[name]}` }));
}

const limits = [
  ['minLength', -1],
  ['maxLength', 1],
  ['minItems', -1],
  ['maxItems', 1],
  ['minimum', -1],
  ['maximum', 1],
];

/** A limit may be as tight as expected, or tighter. */
function limitMisfits(given, expected, path) {
  const of = (schema, name) => schema[name] ?? exclusive(schema, name);
  return limits
    .filter(([name, sign]) => {
      const [is, wanted] = [of(given, name), of(expected, name)];
      return wanted !== undefined && (is === undefined || (is - wanted) * sign > 0);
    })
    .map(([name]) => ({ path, rule: 'limit', name, given: of(given, name) ?? 'none', expected: of(expected, name) }));
}

/** Ours are integers, so a bound that is excluded is one that includes its neighbour. */
function exclusive({ exclusiveMinimum, exclusiveMaximum }, name) {
  if (name === 'minimum' && exclusiveMinimum !== undefined) return exclusiveMinimum + 1;
  if (name === 'maximum' && exclusiveMaximum !== undefined) return exclusiveMaximum - 1;
  return undefined;
}

function listMisfits(comparison, given, expected, path) {
  return misfits(comparison, given.items ?? {}, expected.items ?? {}, `${path}[]`);
}

function objectMisfits(comparison, given, expected, path) {
  const at = (name) => (path === '' ? name : `${path}.${name}`);
  const removed = new Set(comparison.removed(expected, given));
  const isMissing = (name) => !removed.has(name) && !(given.required ?? []).includes(name);
  return [
    ...[...removed].map((name) => ({ path: at(name), rule: 'removed' })),
    ...(expected.required ?? []).filter(isMissing).map((name) => ({ path: at(name), rule: 'absent' })),
    ...Object.entries(given.properties ?? {}).flatMap(([name, property]) => {
      const wanted = expected.properties?.[name] ?? expected.additionalProperties;
      return wanted === undefined || wanted === false ? [] : misfits(comparison, property, wanted, at(name));
    }),
    ...furtherMisfits(comparison, given, expected, path),
  ];
}

/** Fields beside the named ones: any when the schema says nothing of them. */
function furtherMisfits(comparison, given, expected, path) {
  const [is, wanted] = [given.additionalProperties, expected.additionalProperties];
  if (wanted === undefined || is === false) return [];
  if (wanted === false) return [{ path, rule: 'further' }];
  return [
    ...misfits(comparison, is ?? {}, wanted, `${path}{}`),
    ...(expected.propertyNames === undefined
      ? []
      : misfits(comparison, given.propertyNames ?? { type: 'string' }, expected.propertyNames, `${path}{name}`)),
  ];
}

function namesMissingIn(schema, before) {
  return Object.keys(before.properties ?? {}).filter((name) => !(name in (schema.properties ?? {})));
}

function valuesOf(schema) {
  return schema.enum ?? ('const' in schema ? [schema.const] : null);
}

/** A schema as a list of simple ones, of which a value fits one: references followed, unions and lists of types taken apart. */
function alternativesOf(schema, root) {
  const { $ref, allOf, anyOf, oneOf, ...rest } = schema;
  if ($ref !== undefined) return alternativesOf(resolved($ref, root), root);
  if (allOf !== undefined) return alternativesOf(merged([rest, ...allOf], root), root);
  const options = anyOf ?? oneOf;
  if (options !== undefined) return options.flatMap((option) => alternativesOf(option, root));
  return Array.isArray(rest.type) ? rest.type.map((type) => ({ ...rest, type })) : [rest];
}

function resolved($ref, root) {
  return $ref
    .split('/')
    .slice(1)
    .reduce((node, name) => node[name], root);
}

function merged(parts, root) {
  const known = parts.map((part) => (part.$ref === undefined ? part : resolved(part.$ref, root)));
  return {
    ...Object.assign({}, ...known),
    ...(known.some(({ properties }) => properties)
      ? { properties: Object.assign({}, ...known.map(({ properties }) => properties)) }
      : {}),
    ...(known.some(({ required }) => required) ? { required: known.flatMap(({ required }) => required ?? []) } : {}),
  };
}

function typeText({ type, ...schema }) {
  const values = valuesOf(schema);
  if (values !== null) return values.map((value) => `\`${value}\``).join(', ');
  if (type === undefined) return 'anything';
  return { array: 'a list', object: 'an object', integer: 'an integer', null: 'null' }[type] ?? `a ${type}`;
}
