import { namedSchemas } from '../wire-schema.mjs';

/** Schemas of one document, each named part once. */
export class SchemaCollection {
  #schemas = new Map();

  /** A reference to the schema, which is kept under its own id, or under the given name when it has none. */
  add(name, schema, io) {
    const { root, definitions } = namedSchemas(schema, io);
    for (const [id, definition] of Object.entries(definitions)) this.#keep(id, definition);
    if (root.$ref === undefined) this.#keep(name, root);
    return inDocument(root.$ref === undefined ? { $ref: `#/definitions/${name}` } : root);
  }

  /** Named parts first, in the order of the alphabet; then what belongs to one message. */
  sorted() {
    const rank = ([name]) => (name.includes('.') ? `1${name}` : `0${name}`);
    const entries = [...this.#schemas].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
    return Object.fromEntries(entries.map(([name, text]) => [name, inDocument(JSON.parse(text))]));
  }

  #keep(name, schema) {
    const text = JSON.stringify(schema);
    const known = this.#schemas.get(name);
    if (known !== undefined && known !== text) throw new Error(`Two different schemas are called ${name}.`);
    this.#schemas.set(name, text);
  }
}

function inDocument(schema) {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"#/components/schemas/'));
}
