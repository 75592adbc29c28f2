// Turns the providers' catalogues, the normalizers and the schemas of entities into docs/entities.md. Pure: what it is given decides the page.
import { clioWebhookEvents } from '@firmbridge/clio-api';
import { ghlOperations } from '@firmbridge/ghl-api';
import { fieldsOf } from '../messages/fields.mjs';
import { linkTo, table } from '../messages/markdown.mjs';
import { wireSchema } from '../messages/wire-schema.mjs';

/**
 * @param {{ clio: { resources: Record<string, import('@firmbridge/clio-api').ClioResource>, normalizers: Record<string, any> }, ghl: { resources: Record<string, import('@firmbridge/ghl-api').GhlResource>, normalizers: Record<string, any> }, schemas: Record<string, import('zod').ZodType> }} sources
 */
export function renderEntities({ clio, ghl, schemas }) {
  const { normalizers } = clio;
  const all = Object.values(clio.resources);
  const ofGhl = Object.values(ghl.resources);
  return [
    '<!-- Written by `npm run messages` from the catalogues of libs/clio-api and libs/ghl-api, the normalizers of apps/mapping and the schemas of libs/contracts. -->',
    '',
    '# What becomes of each resource of Clio and GoHighLevel',
    '',
    'Each record of a resource becomes one entity. Money is integer minor units with its ISO 4217 code (12.50 USD is 1250), rounded half',
    'away from zero; rates and quantities are decimal texts; days and instants are ISO 8601. A reference never dangles: the first mention',
    'of a record that is not known yet reserves the id of its entity.',
    '',
    ...table(
      ['Resource', 'Entity', 'Read from', 'Changes', 'Webhook'],
      all.map((resource) => [
        linkTo(resource.name),
        normalizers[resource.name].entityType,
        `\`${resource.listPath}\``,
        resource.updatedSince ? '`updated_since`' : 'read whole',
        resource.webhook === null ? '' : `\`${resource.webhook}\``,
      ]),
    ),
    ...table(
      ['Resource', 'Entity', 'Read from', 'Changes', 'Webhook'],
      ofGhl.map((resource) => [
        linkTo(ghlTitle(resource)),
        ghl.normalizers[resource.name].entityType,
        `\`${ghlCall(resource)}\``,
        ghlChangesInShort(resource),
        resource.webhooks.map((name) => `\`${name}\``).join(' '),
      ]),
    ),
    ...all.flatMap((resource) => section(clioFacts(resource), normalizers[resource.name], schemas)),
    ...ofGhl.flatMap((resource) => section(ghlFacts(resource), ghl.normalizers[resource.name], schemas)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function clioFacts(resource) {
  return {
    title: resource.name,
    source: `\`GET /api/v4${resource.listPath}\`, ${pages(resource)}`,
    changes: changes(resource),
    deletion: deletion(resource),
    asked: 'Fields asked of Clio',
    fields: resource.fields.split(/,(?![^{]*\})/),
  };
}

function ghlFacts(resource) {
  const announced =
    resource.webhooks.length > 0 ? `webhooks ${resource.webhooks.map((name) => `\`${name}\``).join(', ')}, and ` : '';
  return {
    title: ghlTitle(resource),
    source: `\`${ghlCall(resource)}\`, ${ghlPages(resource)}`,
    changes: `${announced}${ghlChanges(resource)}`,
    deletion: ghlDeletion(resource),
    asked: 'Fields kept of what GoHighLevel gives',
    fields: resource.fields,
  };
}

function ghlTitle({ name }) {
  return `GoHighLevel ${name}`;
}

function ghlCall({ list }) {
  const { method, path } = ghlOperations[list];
  return `${method} ${path}`;
}

function ghlPages({ paging, of, inside }) {
  if (of === 'contact') return 'one contact after the other';
  if (inside !== null) return `out of \`${inside.key}\``;
  if (paging === 'whole') return 'all in one reply';
  return paging === 'skip' ? 'by offset' : 'oldest first, each page behind the last record of the one before';
}

function ghlChangesInShort({ of, searchDates }) {
  if (of === 'contact') return 'with their contacts';
  return searchDates === null ? 'read whole' : `\`${searchDates.changed}\``;
}

function ghlChanges({ of, searchDates }) {
  if (of === 'contact') return 'read whenever their contact was seen to change';
  if (searchDates === null) return 'polled whole, and compared by a hash of the content';
  return `polled by \`${searchDates.changed}\`, ten minutes before the last complete reading began; what changed within the last minute is read by its id, because searches are some seconds behind`;
}

function ghlDeletion({ of, webhooks }) {
  const told = webhooks
    .filter((name) => name.endsWith('Delete'))
    .map((name) => `webhook \`${name}\`, or `)
    .join('');
  return (
    told +
    (of === 'contact'
      ? 'a complete list of its contact in which it is missing'
      : 'a complete list of ids in which it is missing')
  );
}

function section(facts, normalizer, schemas) {
  const schema = wireSchema(schemas[normalizer.entityType], 'output');
  const fields = fieldsOf(schema);
  const references = fields.filter(({ type }) => /references? to/.test(type));
  const hasMoney = fields.some(({ path }) => path.endsWith('.minor'));
  return [
    `## ${facts.title}`,
    '',
    ...(schema.description === undefined ? [] : [schema.description, '']),
    `- Becomes the entity \`${normalizer.entityType}\` ([events](messages.md#${normalizer.entityType}))`,
    `- Read from ${facts.source}`,
    `- Changes: ${facts.changes}`,
    `- Deletion: ${facts.deletion}`,
    ...(hasMoney ? [`- Money: in the currency ${lowerFirst(normalizer.money ?? '')}`] : []),
    ...(references.length === 0 ? [] : [`- References: ${references.map(({ path }) => `\`${path}\``).join(', ')}`]),
    ...normalizer.notes.map((note) => `- ${note}`),
    '',
    ...table(
      ['Field', 'Type', 'Meaning'],
      fields
        .filter(({ path }) => !/\.(minor|currency)$/.test(path))
        .map(({ path, type, meaning }) => [`\`${path}\``, type, meaning]),
    ),
    '<details>',
    `<summary>${facts.asked}</summary>`,
    '',
    '```text',
    ...facts.fields,
    '```',
    '',
    '</details>',
    '',
  ];
}

function lowerFirst(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function pages({ single, pageSize, order }) {
  if (single) return 'one record';
  const page = `${pageSize} records a page, following the address of the next page`;
  return order === null ? page : `${page}, ordered by \`${order}\``;
}

function changes({ updatedSince, webhook }) {
  const poll = updatedSince
    ? 'polled by `updated_since`, ten minutes before the last complete reading began'
    : 'polled whole, and compared by a hash of the content, because Clio cannot say what changed';
  return webhook === null ? poll : `webhook \`${webhook}\`, and ${poll}`;
}

function deletion({ single, webhook }) {
  if (single) return 'none: it is there for as long as the account is connected';
  const sweep = 'a complete list of ids in which it is missing';
  return webhook !== null && clioWebhookEvents(webhook).includes('deleted')
    ? `webhook \`deleted\`, or ${sweep}`
    : sweep;
}
