// The fields of a JSON Schema as rows for a reader: path, type, meaning.
import { definitionName } from './wire-schema.mjs';

const formats = { uuid: 'UUID', 'date-time': 'instant', date: 'date', uri: 'address' };

/** Fields of an object by their path: `rateLimit.limit`, `records[].body`. */
export function fieldsOf(schema) {
  return fieldsIn(schema, '', (node) => schema.definitions?.[definitionName(node)] ?? node);
}

function fieldsIn(node, path, resolve) {
  const { node: object, suffix } = innermostObject(node, resolve);
  if (!object?.properties || entityTypeOf(object) !== null) return [];
  const prefix = path === '' ? '' : `${path}${suffix}.`;
  return Object.entries(object.properties).flatMap(([name, property]) => [
    {
      path: `${prefix}${name}`,
      type: typeText(property, resolve) + (object.required?.includes(name) ? '' : ', optional'),
      meaning: resolve(property).description ?? property.description ?? '',
    },
    ...fieldsIn(property, `${prefix}${name}`, resolve),
  ]);
}

/** The type of entity that a reference is to; null for any other object. */
function entityTypeOf({ properties }) {
  const names = Object.keys(properties ?? {});
  return names.join() === 'type,id' ? (properties.type.const ?? null) : null;
}

function innermostObject(node, resolve, suffix = '') {
  const { node: bare } = withoutNull(resolve(node), resolve);
  if (bare?.type === 'array') return innermostObject(bare.items, resolve, `${suffix}[]`);
  return { node: bare, suffix };
}

function withoutNull(node, resolve) {
  if (Array.isArray(node?.type)) {
    const [type] = node.type.filter((name) => name !== 'null');
    return { node: { ...node, type }, isNullable: node.type.includes('null') };
  }
  const options = node?.anyOf?.map(resolve);
  if (!options) return { node, isNullable: false };
  const rest = options.filter(({ type }) => type !== 'null');
  const isNullable = rest.length < options.length;
  return { node: rest.length === 1 ? rest[0] : { ...node, anyOf: rest }, isNullable };
}

function typeText(given, resolve) {
  const { node, isNullable } = withoutNull(resolve(given), resolve);
  return bareTypeText(node, resolve) + (isNullable ? ' or null' : '');
}

function bareTypeText(node, resolve) {
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.anyOf) return node.anyOf.map((option) => typeText(option, resolve)).join(' or ');
  if (node.type === 'array') return `list of ${plural(node.items, resolve)}${limits(node)}`;
  if (node.type === 'integer') return `integer${bounds(node)}`;
  if (node.type === 'string') return stringText(node);
  if (node.type === 'object') return objectText(node);
  return node.type ?? 'anything';
}

function stringText({ format, pattern, maxLength }) {
  if (format !== undefined) return formats[format];
  const text = pattern === undefined ? 'string' : `string like \`${pattern}\``;
  return maxLength === undefined ? text : `${text}, at most ${maxLength} long`;
}

function objectText(node) {
  const entityType = entityTypeOf(node);
  if (entityType !== null) return `reference to a \`${entityType}\``;
  return node.properties ? 'object' : 'object, any fields';
}

function plural(items, resolve) {
  const text = typeText(items, resolve);
  return (
    { object: 'objects', string: 'strings', UUID: 'UUIDs' }[text] ?? text.replace(/^reference to a/, 'references to a')
  );
}

function limits({ minItems, maxItems }) {
  if (minItems === undefined && maxItems === undefined) return '';
  return maxItems === undefined ? `, at least ${minItems}` : `, ${minItems ?? 0} to ${maxItems}`;
}

function bounds({ minimum, maximum, exclusiveMinimum }) {
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1);
  if (least === undefined) return '';
  return maximum === undefined ? ` from ${least}` : `, ${least} to ${maximum}`;
}
