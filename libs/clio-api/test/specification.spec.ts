import {
  clioResourceNames,
  clioResources,
  clioWebhookRecordFields,
  clioWritableNames,
  clioWrites,
} from '../src/index.js';
import { outlineOf, outlineOfOurs } from './outline.js';
import { PublishedSpecification } from './published-specification.js';

const specification = PublishedSpecification.read();
const whenPublished = specification ? describe : describe.skip;

whenPublished(
  'the catalogue and the published specification (skipped when ../shared is not beside the repository)',
  () => {
    const published = specification as PublishedSpecification;

    it('names the twenty resources of the seed', () => {
      expect(clioResourceNames).toHaveLength(20);
    });

    describe.each(clioResourceNames)('%s', (name) => {
      const { listPath, showPath, fields, order, updatedSince, idsFilter } = clioResources[name];

      it('is read from a documented path', () => {
        expect(published.has(listPath, 'get')).toBe(true);
        expect(published.has(listPath.replace('.json', '/{id}.json'), 'get')).toBe(showPath !== null);
      });

      it('sends documented parameters only, and every one that helps', () => {
        const known = published.parameters(listPath);
        expect(known).toContain('fields');
        expect({ updatedSince: known.includes('updated_since'), idsFilter: known.includes('ids[]') }).toEqual({
          updatedSince,
          idsFilter,
        });
        expect(known.includes('order')).toBe(order !== null);
        const orders = published.orders(listPath);
        if (order !== null && orders !== undefined) expect(orders).toContain(order);
      });

      it('asks for documented fields only, on both levels', () => {
        expect(unknownFields(published, published.recordSchema(listPath), fields)).toEqual([]);
      });
    });

    describe.each(clioWritableNames)('writing %s', (name) => {
      const { create, update, editFields } = clioWrites[name];
      const path = clioResources[name].listPath;
      // An object without documented properties; it is written by its id as every other association.
      const currency = name === 'activities' ? {} : { 'currency.id': '' };

      it('takes every documented property, with its values, and no other', () => {
        const patch = published.writeSchema(path.replace('.json', '/{id}.json'), 'patch');
        expect(outlineOfOurs(update)).toEqual({ ...outlineOf(published, patch), ...currency });
        if (create === null) return;
        const post = published.writeSchema(path, 'post');
        expect(outlineOfOurs(create)).toEqual({ ...outlineOf(published, post), ...currency });
      });

      it('reads documented fields for whoever edits', () => {
        expect(unknownFields(published, published.recordSchema(path), editFields)).toEqual([]);
      });
    });

    it('asks for documented fields of webhooks', () => {
      expect(unknownFields(published, published.recordSchema('/webhooks.json'), clioWebhookRecordFields)).toEqual([]);
    });
  },
);

it('asks for no bank account numbers', () => {
  for (const name of clioResourceNames) {
    expect(clioResources[name].fields).not.toMatch(/account_number|transit_number|swift|holder/);
  }
});

function unknownFields(published: PublishedSpecification, schema: Record<string, unknown>, fields: string): string[] {
  const properties = published.properties(schema);
  return splitFields(fields).flatMap(({ name, nested }) => {
    const property = properties[name];
    if (!property) return [name];
    if (nested === null) return [];
    const association = published.association(property);
    if (!association) return [`${name}{}`];
    const legal = published.properties(association);
    return nested
      .split(',')
      .filter((inner) => !legal[inner])
      .map((inner) => `${name}{${inner}}`);
  });
}

function splitFields(fields: string): { name: string; nested: string | null }[] {
  const parts = [...fields.matchAll(/(?<name>[^,{}]+)(?:\{(?<nested>[^{}]*)\})?(?:,|$)/g)];
  if (parts.map(([part]) => part).join('') !== fields) throw new Error(`Not a legal list of fields: ${fields}`);
  return parts.map(({ groups }) => ({ name: groups?.['name'] ?? '', nested: groups?.['nested'] ?? null }));
}
