import type { DataOf, Message, MessageContract, QueryContract, ReplyOf } from '@firmbridge/contracts';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { sourceName, type MessageSource, type RoutingPattern } from './topology.js';

type DataOfSource<Source> = Source extends MessageContract
  ? DataOf<Source>
  : Source extends RoutingPattern
    ? unknown
    : never;
type MessageOfSource<Source> = Source extends MessageSource ? Message<DataOfSource<Source>> : never;

type DecoratorFor<Input, Output> = <Method extends (message: Input) => Output | Promise<Output>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

const patternsOf = new WeakMap<object, string[]>();

/** Nest keeps one list of patterns per method and overwrites it: stacked decorators add to ours and hand over all. */
function addPatterns(method: object, patterns: readonly string[]): string[] {
  const all = [...(patternsOf.get(method) ?? []), ...patterns];
  patternsOf.set(method, all);
  return all;
}

/** The name under which a handler is registered with Nest. */
export function consumerPattern(queue: string, source: MessageSource): string {
  return `${queue} ${sourceName(source)}`;
}

export const queryQueue = 'query';

/**
 * The method handles these messages of a queue of its service, which must be bound to them in the manifest. It gets the
 * parsed Message; returning acknowledges, throwing retries or sets aside (see retry.ts).
 */
export function Consumes<const Source extends MessageSource>(
  source: Source | readonly Source[],
  { queue }: { readonly queue: string },
): DecoratorFor<MessageOfSource<Source>, void> {
  const sources: readonly MessageSource[] = Array.isArray(source) ? source : [source as Source];
  return (target, key, descriptor) => {
    const patterns = addPatterns(
      descriptor.value as object,
      sources.map((each) => consumerPattern(queue, each)),
    );
    EventPattern<string[]>(patterns)(target, key, descriptor);
  };
}

/** The method answers a query: it gets the parsed Message and returns the reply, which is checked against the contract. */
export function Answers<C extends QueryContract>(contract: C): DecoratorFor<Message<DataOf<C>>, ReplyOf<C>> {
  return (target, key, descriptor) => {
    MessagePattern<string>(`${queryQueue} ${contract.type}`)(target, key, descriptor);
  };
}
