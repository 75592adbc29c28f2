// JSON Schemas (draft 7, as AsyncAPI speaks it) of what travels: a document to read, so without what says nothing to a reader.
import { z } from 'zod';

/**
 * The schema of a value on the wire. What has an id is under its name in `definitions`, each of which is referred to from
 * somewhere; the schema itself never is a mere reference.
 *
 * @param {import('zod').ZodType} schema
 * @param {'input' | 'output'} io `input` is what a sender may write, `output` what a parsed value looks like
 */
export function wireSchema(schema, io) {
  const { root, definitions } = namedSchemas(schema, io);
  const name = definitionName(root);
  if (name === null) return { ...root, ...(Object.keys(definitions).length === 0 ? {} : { definitions }) };
  const { [name]: own, ...others } = definitions;
  const isReferred = JSON.stringify([own, others]).includes(`"#/definitions/${name}"`);
  const kept = isReferred ? definitions : others;
  return { ...own, ...(Object.keys(kept).length === 0 ? {} : { definitions: kept }) };
}

/** The same with the root as it is used inside others: a reference when the schema has an id. */
export function namedSchemas(schema, io) {
  const document = z.toJSONSchema(z.array(schema), {
    target: 'draft-07',
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  // Through JSON, for zod shares parts between places.
  const { items, definitions = {} } = JSON.parse(JSON.stringify(document));
  return { root: items, definitions };
}

export function definitionName({ $ref }) {
  return $ref === undefined ? null : $ref.slice($ref.lastIndexOf('/') + 1);
}

const formats = new Set(['uuid', 'date', 'date-time', 'uri']);
const withOffset = '2026-11-18T15:24:07+01:00';

function tidy(node) {
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  if (node.propertyNames?.enum === undefined) delete node.propertyNames;
  const rest = node.additionalProperties;
  // Whoever reads is to put up with more fields than it knows.
  if (rest === false || (typeof rest === 'object' && Object.keys(rest).length === 0)) delete node.additionalProperties;
  if (node.format !== undefined) tidyFormat(node);
}

function tidyFormat(node) {
  if (!formats.has(node.format)) delete node.format;
  else if (node.format === 'date-time' && !new RegExp(node.pattern).test(withOffset)) node.pattern = 'Z$';
  else delete node.pattern;
}
