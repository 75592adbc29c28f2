import { AppError, entityTypes, entityVerbs, type EntityType, type EntityVerb } from '@firmbridge/contracts';
import type { EntityEvent } from './entity-event.js';

/** Which events a handler gets: one kind (`matter.created`), all of an entity type (`matter.*`), or all there are (`*`). */
export type EventPattern = '*' | `${EntityType}.*` | `${EntityType}.${EntityVerb}`;

/** The events a pattern stands for. */
export type EventOf<Pattern extends EventPattern> = Pattern extends `${infer Type extends EntityType}.${infer Verb}`
  ? EntityEvent<Type, Verb extends EntityVerb ? Verb : EntityVerb>
  : EntityEvent;

export interface Delivery<Event, Tx = undefined> {
  readonly event: Event;
  /** The inbox's transaction: what is written with it has its effect once. undefined without an inbox. */
  readonly tx: Tx;
}

export type Handler<Pattern extends EventPattern, Tx> = (
  delivery: Delivery<EventOf<Pattern>, Tx>,
) => Promise<void> | void;

/** An event goes to the one handler with the narrowest pattern. */
export type Handlers<Tx> = { readonly [Pattern in EventPattern]?: Handler<Pattern, Tx> };

type AnyHandler<Tx> = (delivery: Delivery<EntityEvent, Tx>) => Promise<void> | void;

export function handlerOf<Tx>(on: Handlers<Tx>, { entityType, verb }: EntityEvent): AnyHandler<Tx> | null {
  const handlers = on as Partial<Record<EventPattern, AnyHandler<Tx>>>;
  return handlers[`${entityType}.${verb}`] ?? handlers[`${entityType}.*`] ?? handlers['*'] ?? null;
}

/** Throws an AppError when there is nothing to handle, or a pattern that stands for no event. */
export function checkHandlers(on: object): void {
  const known = new Set<string>(allPatterns());
  const unknown = Object.keys(on).filter((pattern) => !known.has(pattern));
  if (unknown.length > 0) {
    throw wrongHandlers(
      `No event is called ${unknown.join(', ')}: a handler is for one kind (matter.created), for a type (matter.*) or for all (*).`,
    );
  }
  if (Object.keys(on).length === 0) throw wrongHandlers('There is no handler.');
}

/** The routing patterns a queue needs for these handlers, and those it must not be bound with (any more). */
export function bindingsOf(on: object): { readonly wanted: string[]; readonly unwanted: string[] } {
  const given = Object.keys(on) as EventPattern[];
  const isCovered = (pattern: EventPattern) =>
    pattern !== '*' && (given.includes('*') || (!pattern.endsWith('.*') && given.includes(everyVerbOf(pattern))));
  const wanted = given.filter((pattern) => !isCovered(pattern));
  const unwanted = allPatterns().filter((pattern) => !wanted.includes(pattern));
  return { wanted: wanted.map(routingPattern), unwanted: unwanted.map(routingPattern) };
}

/** Entity types that are handled; none means every type. */
export function handledTypes(on: object): EntityType[] {
  const given = Object.keys(on);
  if (given.includes('*')) return [];
  return entityTypes.filter((type) => given.some((pattern) => pattern.startsWith(`${type}.`)));
}

function everyVerbOf(pattern: EventPattern): EventPattern {
  return `${pattern.slice(0, pattern.indexOf('.'))}.*` as EventPattern;
}

function routingPattern(pattern: EventPattern): string {
  return pattern === '*' ? 'entity.*.*' : `entity.${pattern}`;
}

function allPatterns(): EventPattern[] {
  return [
    '*',
    ...entityTypes.flatMap((type) => ['*' as const, ...entityVerbs].map((verb) => `${type}.${verb}` as const)),
  ];
}

function wrongHandlers(message: string): AppError {
  return new AppError('validation', 'subscriber.wrong_handlers', message);
}
