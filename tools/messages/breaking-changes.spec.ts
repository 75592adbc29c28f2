import { breakingChanges } from './breaking-changes.mjs';

const text = { type: 'string' };
const whole = { type: 'integer' };
const textOrNull = { type: ['string', 'null'] };
const object = (properties: object, ...optional: string[]) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });
const list = (items: object, limits: object = {}) => ({ type: 'array', items, ...limits });
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const refersTo = (name: string, definitions: object) => ({
  ...object({ thing: { $ref: `#/definitions/${name}` } }),
  definitions,
});
const letter = object({ kind: { type: 'string', const: 'letter' }, pages: whole });
const parcel = object({ kind: { type: 'string', const: 'parcel' }, grams: whole });
const tree = (leaf: object) => ({
  ...object({ root: { $ref: '#/definitions/Tree' } }),
  definitions: { Tree: object({ leaf, branches: list({ $ref: '#/definitions/Tree' }) }) },
});

type Case = [what: string, released: object, present: object, readers: string[], senders: string[]];

const cases: Case[] = [
  ['the same', object({ a: text }), object({ a: text }), [], []],
  ['another order', object({ a: text, b: whole }), object({ b: whole, a: text }), [], []],
  ['another description', { ...text, description: 'Old.' }, { ...text, description: 'New.' }, [], []],
  ['a new optional field', object({ a: text }), object({ a: text, b: text }, 'b'), [], []],
  ['a new required field', object({ a: text }), object({ a: text, b: text }), [], ['b: it is required now']],
  [
    'a removed field',
    object({ a: text, b: text }),
    object({ a: text }),
    ['b: it was removed'],
    ['b: it was removed, so what senders say with it would be ignored'],
  ],
  [
    'a removed optional field',
    object({ a: text, b: text }, 'b'),
    object({ a: text }),
    ['b: it was removed'],
    ['b: it was removed, so what senders say with it would be ignored'],
  ],
  ['a required field that is optional', object({ a: text }), object({ a: text }, 'a'), ['a: it may be absent now'], []],
  ['an optional field that is required', object({ a: text }, 'a'), object({ a: text }), [], ['a: it is required now']],
  [
    'a field that may be null',
    object({ a: text }),
    object({ a: textOrNull }),
    ['a: it may be null now and was always a string'],
    [],
  ],
  [
    'a field that may not be null',
    object({ a: orNull(text) }),
    object({ a: text }),
    [],
    ['a: it may not be null any more, only a string'],
  ],
  ['null written in two ways', object({ a: orNull(text) }), object({ a: textOrNull }), [], []],
  [
    'another type',
    object({ a: text }),
    object({ a: whole }),
    ['a: it may be an integer now and was always a string'],
    ['a: it may not be a string any more, only an integer'],
  ],
  ['fractions for integers', whole, { type: 'number' }, ['data: it may be a number now and was always an integer'], []],
  [
    'a list for an object',
    object({ a: object({ b: text }) }),
    object({ a: list(object({ b: text })) }),
    ['a: it may be a list now and was always an object'],
    ['a: it may not be an object any more, only a list'],
  ],
  ['anything for a string', text, {}, ['data: it may be anything now and was always a string'], []],
  ['a string for anything', {}, text, [], ['data: it may not be anything any more, only a string']],
  ['a new value', oneOf('a', 'b'), oneOf('a', 'b', 'c'), ['data: it may be `c` now, which readers do not know'], []],
  ['a value less', oneOf('a', 'b', 'c'), oneOf('b'), [], ['data: it may not be `a`, `c` any more']],
  ['any string for some values', oneOf('a', 'b'), text, ['data: it may be anything now and was one of `a`, `b`'], []],
  ['some values for any string', text, oneOf('a', 'b'), [], ['data: only `a`, `b` are taken now, where anything was']],
  [
    'another constant',
    { type: 'string', const: 'a' },
    { type: 'string', const: 'b' },
    ['data: it may be `b` now, which readers do not know'],
    ['data: it may not be `a` any more'],
  ],
  [
    'a wider limit',
    list(text, { maxItems: 200 }),
    list(text, { maxItems: 500 }),
    ['data: maxItems is 500 now and was 200'],
    [],
  ],
  ['a limit that is gone', { ...whole, minimum: 1 }, whole, ['data: minimum is none now and was 1'], []],
  [
    'a tighter limit',
    { ...text, maxLength: 200 },
    { ...text, maxLength: 100 },
    [],
    ['data: maxLength is 100 now and was 200'],
  ],
  ['a bound written in two ways', { ...whole, exclusiveMinimum: 0 }, { ...whole, minimum: 1 }, [], []],
  [
    'a format that is gone',
    { ...text, format: 'uuid' },
    text,
    ['data: it need not be of the format uuid any more'],
    [],
  ],
  ['a new pattern', text, { ...text, pattern: '^a' }, [], ['data: it must be of the pattern ^a now']],
  [
    'inside of lists and objects',
    object({ records: list(object({ body: object({ at: text }) })) }),
    object({ records: list(object({ body: object({}) })) }),
    ['records[].body.at: it was removed'],
    ['records[].body.at: it was removed, so what senders say with it would be ignored'],
  ],
  [
    'values of a record',
    object({ details: { type: 'object', additionalProperties: text } }),
    object({ details: { type: 'object', additionalProperties: whole } }),
    ['details{}: it may be an integer now and was always a string'],
    ['details{}: it may not be a string any more, only an integer'],
  ],
  [
    'a record that takes certain values only',
    object({ details: { type: 'object' } }),
    object({ details: { type: 'object', additionalProperties: text } }),
    [],
    ['details{}: it may not be anything any more, only a string'],
  ],
  [
    'further fields refused',
    object({ a: text }),
    { ...object({ a: text }), additionalProperties: false },
    [],
    ['data: further fields are refused now'],
  ],
  [
    'a field of one kind of object',
    { anyOf: [letter, parcel] },
    { anyOf: [letter, object({ kind: { type: 'string', const: 'parcel' } })] },
    ['grams: it was removed'],
    ['grams: it was removed, so what senders say with it would be ignored'],
  ],
  ['kinds of object in another order', { anyOf: [letter, parcel] }, { oneOf: [parcel, letter] }, [], []],
  [
    'a kind of object less',
    { anyOf: [letter, orNull(parcel)] },
    { anyOf: [letter, parcel] },
    [],
    ['data: it may not be null any more, only an object'],
  ],
  [
    'behind a reference',
    refersTo('Thing', { Thing: object({ a: text }) }),
    refersTo('Renamed', { Renamed: object({ a: textOrNull }) }),
    ['thing.a: it may be null now and was always a string'],
    [],
  ],
  [
    'a reference in place of the same',
    object({ thing: object({ a: text }) }),
    refersTo('Thing', { Thing: object({ a: text }) }),
    [],
    [],
  ],
  [
    'a reference with words of its own',
    refersTo('Thing', { Thing: object({ a: text }) }),
    {
      ...object({ thing: { allOf: [{ $ref: '#/definitions/Thing' }], description: 'Why.' } }),
      definitions: { Thing: object({ a: text }, 'a') },
    },
    ['thing.a: it may be absent now'],
    [],
  ],
  [
    'a schema that contains itself',
    tree(text),
    tree(whole),
    ['root.leaf: it may be an integer now and was always a string'],
    ['root.leaf: it may not be a string any more, only an integer'],
  ],
];

const told = (changes: readonly { path: string; what: string }[]) =>
  changes.map(({ path, what }) => `${path || 'data'}: ${what}`);

describe('breakingChanges', () => {
  it.each(cases)('judges %s', (_what, released, present, readers, senders) => {
    expect(told(breakingChanges(released, present, { reliedOnBy: 'readers' }))).toEqual(readers);
    expect(told(breakingChanges(released, present, { reliedOnBy: 'senders' }))).toEqual(senders);
  });

  it('lets new values pass where readers put up with them, and nothing else', () => {
    const released = object({ state: oneOf('a'), size: oneOf('s'), what: { anyOf: [letter] } });
    const present = object({ state: oneOf('a', 'b'), size: text, what: { anyOf: [letter, parcel] } });
    expect(told(breakingChanges(released, present, { reliedOnBy: 'readers', openEnums: true }))).toEqual([
      'size: it may be anything now and was one of `s`',
      'what.pages: it was removed',
    ]);
  });
});
