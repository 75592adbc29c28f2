// The JSON Schemas of all messages as last released, and what the present contracts would break of them.
import { envelopeSchema } from '@firmbridge/contracts';
import { breakingChanges } from './breaking-changes.mjs';
import { routingKeysOf } from './routes.mjs';
import { wireSchema } from './wire-schema.mjs';

const replySuffix = '.reply';
const envelope = 'envelope';

/**
 * The documents to release, by the name of their file without `.json`: the envelope, the data of each message, and the answers.
 * `$comment` says where the message travels, which is as much a promise as its fields.
 *
 * @param {Iterable<import('@firmbridge/contracts').MessageContract>} contracts
 */
export function schemaDocuments(contracts) {
  const title = 'Every message of Firmbridge';
  const ofEnvelope = document(title, 'A CloudEvents 1.0 envelope.', wireSchema(envelopeSchema, 'input'));
  return new Map([
    [envelope, ofEnvelope],
    ...[...contracts].flatMap((contract) => {
      const { data, kind, name, reply, summary, type } = contract;
      const ofData = document(type, summary, wireSchema(data, 'input'), placeText(contract));
      if (kind !== 'query') return [[name, ofData]];
      return [
        [name, ofData],
        [name + replySuffix, document(`${type}, the answer`, summary, wireSchema(reply, 'output'))],
      ];
    }),
  ]);
}

function document(title, summary, schema, place) {
  const head = { $schema: 'http://json-schema.org/draft-07/schema#', title, description: summary };
  return { ...head, ...(place === undefined ? {} : { $comment: place }), ...schema, description: summary };
}

function placeText(contract) {
  const { exchange, isAddressed, kind } = contract;
  return isAddressed ? `${kind} to one queue` : `${kind} on ${exchange}: ${routingKeysOf(contract).join(', ')}`;
}

/**
 * What the present contracts break, and which were never released: a sentence for each.
 *
 * @param {Iterable<import('@firmbridge/contracts').MessageContract>} contracts
 * @param {ReadonlyMap<string, object>} released
 * @returns {{ breaking: string[], unreleased: string[] }}
 */
export function compareWithReleased(contracts, released) {
  const all = [...contracts];
  const present = schemaDocuments(all);
  const removed = [...released.keys()].filter((file) => !present.has(file)).map(removal);
  const changed = all.flatMap((contract) => [
    ...moves(contract, released.get(contract.name), present.get(contract.name)),
    ...changesOf(contract, contract.name, { released, present }),
    ...(contract.kind === 'query' ? changesOf(contract, contract.name + replySuffix, { released, present }) : []),
  ]);
  const unreleased = [...present.keys()].filter((file) => !released.has(file)).map(newcomer);
  return { breaking: [...removed, ...envelopeChanges(released, present), ...changed], unreleased };
}

function envelopeChanges(released, present) {
  const before = released.get(envelope);
  if (before === undefined) return [];
  return breakingChanges(before, present.get(envelope), { reliedOnBy: 'readers' }).map(
    ({ path, what }) =>
      `The envelope would break every reader at ${path}: ${what}. It has no second version: leave it.`,
  );
}

function changesOf(contract, file, { released, present }) {
  const [before, now] = [released.get(file), present.get(file)];
  if (before === undefined) return [];
  const isReply = file.endsWith(replySuffix);
  const reliedOnBy = contract.kind === 'event' || isReply ? 'readers' : 'senders';
  // Our own services are of one version; whoever subscribes to the public events is not.
  const openEnums = contract.exchange !== 'entities';
  const root = isReply ? 'reply' : 'data';
  return breakingChanges(before, now, { reliedOnBy, openEnums }).map(({ path, what }) =>
    sentence(contract.name, reliedOnBy, `${path === '' ? root : `${root}.${path}`}: ${what}`),
  );
}

/** A message may gain a lane; what it leaves is where others still listen, or send. */
function moves({ kind, name }, before, now) {
  if (before === undefined) return [];
  const [was, is] = [placesOf(before), placesOf(now)];
  const left = [...was].filter((place) => !is.has(place));
  const reliedOnBy = kind === 'event' ? 'readers' : 'senders';
  return left.map((place) => sentence(name, reliedOnBy, `its place: it was ${place} and is ${now.$comment}`));
}

function placesOf({ $comment }) {
  const [where, keys] = $comment.split(': ');
  return new Set(keys === undefined ? [where] : keys.split(', ').map((key) => `${where}: ${key}`));
}

function sentence(name, reliedOnBy, what) {
  const next = name.replace(/\d+$/, (major) => String(Number(major) + 1));
  return `${name} would break its ${reliedOnBy} at ${what}. Leave it as it is and publish ${next} beside it.`;
}

function removal(file) {
  const ending = `bring it back, or, when nobody needs it any more, delete docs/events/schemas/${file}.json in the same change`;
  return `${file} is released and has no contract any more: ${ending}.`;
}

function newcomer(file) {
  return `${file} has no released schema: release it with npm run messages -- --release.`;
}
