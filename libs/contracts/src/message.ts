import { z } from 'zod';
import type { Needs } from './access.js';
import { actorCodec, formatActor, type Actor } from './actor.js';

export type MessageKind = 'event' | 'command' | 'query';
/** `entities` is public; the other three are ours (architecture section 4). */
export type ExchangeName = 'entities' | 'events' | 'commands' | 'queries';

/** One message the platform knows: its name, the exchange it travels on and the schema of its data. */
export interface MessageContract<Data extends z.ZodType = z.ZodType> {
  readonly kind: MessageKind;
  /** Without the `firmbridge.` prefix, with the major version: `mapping.normalize-records.v1`. */
  readonly name: string;
  /** CloudEvents `type`. */
  readonly type: string;
  /** The type without prefix and version. A command with lanes is routed by `<routingKey>.<lane>`. */
  readonly routingKey: string;
  readonly exchange: ExchangeName;
  readonly lanes: readonly string[];
  /** It goes straight into one queue, which its sender names; no exchange spreads it. */
  readonly isAddressed?: boolean;
  /** What is asked of the sender; checked by its owner before anything else. Commands and queries without it are refused. */
  readonly needs?: Needs;
  readonly data: Data;
  readonly summary: string;
  /** Data as a reader of the documents sees them; every contract of the registry has an example. */
  readonly example?: z.input<Data>;
}

export interface QueryContract<
  Data extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> extends MessageContract<Data> {
  readonly kind: 'query';
  readonly needs: Needs;
  readonly reply: Reply;
  readonly replyExample?: z.input<Reply>;
}

export type DataOf<C extends MessageContract> = z.output<C['data']>;
export type ReplyOf<C extends QueryContract> = z.output<C['reply']>;

const typePrefix = 'firmbridge.';
const versionSuffix = /\.v\d+$/;

interface Definition<Data extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly data: Data;
  readonly example?: z.input<NoInfer<Data>>;
}

interface Wish<Data extends z.ZodType> extends Definition<Data> {
  readonly needs: Needs;
}

function contract<Data extends z.ZodType>(
  kind: MessageKind,
  exchange: ExchangeName,
  definition: Definition<Data>,
  lanes: readonly string[] = [],
) {
  if (!versionSuffix.test(definition.name)) throw new Error(`${definition.name} lacks its major version`);
  return {
    kind,
    exchange,
    lanes,
    ...definition,
    type: typePrefix + definition.name,
    routingKey: definition.name.replace(versionSuffix, ''),
  };
}

/** A fact, in the past tense, published by its owner. */
export function defineEvent<Data extends z.ZodType>(
  definition: Definition<Data> & { exchange?: 'entities' | 'events'; isAddressed?: boolean },
) {
  const { exchange = 'events', ...rest } = definition;
  return { ...contract('event', exchange, rest), kind: 'event' as const };
}

/** A wish, verb and noun, sent to its one owner; lanes keep urgent and bulk work in separate queues. */
export function defineCommand<Data extends z.ZodType>(definition: Wish<Data> & { lanes?: readonly string[] }) {
  const { lanes, needs, ...rest } = definition;
  return { ...contract('command', 'commands', rest, lanes), kind: 'command' as const, needs };
}

/** A question answered at once or not at all; the only exchange on which a token may travel. */
export function defineQuery<Data extends z.ZodType, Reply extends z.ZodType>(
  definition: Wish<Data> & { reply: Reply; replyExample?: z.input<NoInfer<Reply>> },
) {
  const { reply, replyExample, needs, ...rest } = definition;
  return { ...contract('query', 'queries', rest), kind: 'query' as const, needs, reply, replyExample };
}

/** Strictly rising per entity; a restore raises the epoch. */
export interface EntityVersion {
  readonly epoch: number;
  readonly n: number;
}

const entityVersionCodec = z
  .string()
  .regex(/^\d+\.\d+$/)
  .transform((text): EntityVersion => {
    const [epoch = '0', n = '0'] = text.split('.');
    return { epoch: Number(epoch), n: Number(n) };
  });

export function formatEntityVersion(version: EntityVersion): string {
  return `${version.epoch}.${version.n}`;
}

/** Negative when a is older than b. */
export function compareEntityVersions(a: EntityVersion, b: EntityVersion): number {
  return a.epoch - b.epoch || a.n - b.n;
}

/** CloudEvents 1.0 in structured JSON with our extension attributes. `data` is checked against its contract afterwards. */
export const envelopeSchema = z
  .object({
    specversion: z.literal('1.0').describe('The version of CloudEvents.'),
    id: z.uuid().describe('Of the message. A redelivery has the same: whoever notes it does nothing twice.'),
    source: z
      .string()
      .regex(/^firmbridge\/[a-z-]+$/)
      .describe('`firmbridge/` and the service that made the message.'),
    type: z
      .string()
      .startsWith(typePrefix)
      .describe('`firmbridge.` and the name of the message with its major version.'),
    time: z.iso.datetime().describe('When the message was made; it stays the same over redeliveries.'),
    subject: z.string().optional().describe('What the message is about: `<entity type>/<entity id>` on entity events.'),
    datacontenttype: z.literal('application/json').describe('Of `data`.'),
    tenantid: z.uuid().describe('The law firm the message is about.'),
    correlationid: z.uuid().describe('The conversation: the same from its first cause to its last consequence.'),
    causationid: z.uuid().optional().describe('The `id` of the message that caused this one; absent on the first.'),
    traceparent: z
      .string()
      .optional()
      .describe('W3C trace context: one trace for all that one wish leads to, a span for each message.'),
    actor: actorCodec.describe(
      'Who caused it: `person:<id>`, `key:<id>` or `system:<service>`; behind a semicolon the roles held, behind another all that a key with a narrower list may do.',
    ),
    entityversion: entityVersionCodec
      .optional()
      .describe(
        'Only on entity events: `<epoch>.<n>`, two integers, rising with each event of an entity. Compare the epoch, then n, as numbers; what is not above the version you have is old or a repetition: discard it.',
      ),
    data: z.unknown().describe('What the message says; its schema follows from `type`.'),
  })
  .meta({ id: 'Envelope' });
export type Envelope = z.input<typeof envelopeSchema>;

/** A message as handlers see it: parsed, typed, in our spelling. */
export interface Message<Data = unknown> {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** ISO 8601 instant at which the message was made; immutable over redeliveries. */
  readonly time: string;
  readonly subject: string | undefined;
  readonly tenantId: string;
  readonly correlationId: string;
  readonly causationId: string | undefined;
  readonly traceparent: string | undefined;
  readonly actor: Actor;
  readonly entityVersion: EntityVersion | undefined;
  readonly data: Data;
}

/** A message on its way out: the envelope beside what routing needs. */
export interface OutgoingMessage {
  readonly contract: MessageContract;
  readonly envelope: Envelope;
  readonly routingKey: string;
  /** Messages with the same key leave in the order in which they were written. */
  readonly orderingKey: string;
  /** Goes straight into this queue, by its full name, and nowhere else. */
  readonly queue?: string;
}

export interface MessageOrigin {
  readonly id: string;
  readonly time: string;
  readonly service: string;
  readonly tenantId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly traceparent?: string;
  readonly actor: Actor;
}

export interface OutgoingOptions {
  readonly lane?: string;
  /** Defaults to the tenant and the type: one order for all messages of a kind. */
  readonly orderingKey?: string;
  readonly subject?: string;
  readonly entityVersion?: EntityVersion;
  /** See OutgoingMessage.queue. When it does not exist the message is gone: whoever names it looks after it. */
  readonly queue?: string;
}

/**
 * Builds a message and checks its data against the contract, so that nothing invalid is ever written to an outbox.
 * Throws a ZodError when the data breaks the contract: that is a bug of the caller.
 */
export function newMessage<C extends MessageContract>(
  contract: C,
  data: z.input<C['data']>,
  origin: MessageOrigin,
  options: OutgoingOptions = {},
): OutgoingMessage {
  contract.data.parse(data);
  return uncheckedMessage(contract, data, origin, options);
}

/** Like newMessage for data that was just produced by the contract's own schema; used where a page of records is published at once. */
export function uncheckedMessage(
  contract: MessageContract,
  data: unknown,
  origin: MessageOrigin,
  options: OutgoingOptions = {},
): OutgoingMessage {
  const { lane } = options;
  if (contract.lanes.length > 0 && (lane === undefined || !contract.lanes.includes(lane))) {
    throw new Error(`${contract.name} needs one of the lanes ${contract.lanes.join(', ')}`);
  }
  return {
    contract,
    routingKey: lane === undefined ? contract.routingKey : `${contract.routingKey}.${lane}`,
    orderingKey: options.orderingKey ?? `${origin.tenantId}/${contract.name}`,
    ...(options.queue === undefined ? {} : { queue: options.queue }),
    envelope: {
      specversion: '1.0',
      id: origin.id,
      source: `firmbridge/${origin.service}`,
      type: contract.type,
      time: origin.time,
      ...(options.subject === undefined ? {} : { subject: options.subject }),
      datacontenttype: 'application/json',
      tenantid: origin.tenantId,
      correlationid: origin.correlationId,
      ...(origin.causationId === undefined ? {} : { causationid: origin.causationId }),
      ...(origin.traceparent === undefined ? {} : { traceparent: origin.traceparent }),
      actor: formatActor(origin.actor),
      ...(options.entityVersion === undefined ? {} : { entityversion: formatEntityVersion(options.entityVersion) }),
      data,
    },
  };
}

export function toMessage(envelope: z.output<typeof envelopeSchema>): Message {
  return {
    id: envelope.id,
    type: envelope.type,
    source: envelope.source,
    time: envelope.time,
    subject: envelope.subject,
    tenantId: envelope.tenantid,
    correlationId: envelope.correlationid,
    causationId: envelope.causationid,
    traceparent: envelope.traceparent,
    actor: envelope.actor,
    entityVersion: envelope.entityversion,
    data: envelope.data,
  };
}
