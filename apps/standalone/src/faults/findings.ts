import { isDeepStrictEqual } from 'node:util';
import type { TappedEvent } from './entity-tap.js';
import type { Evidence, KeptEntity } from './evidence.js';

/** Everything that can go wrong with data, counted; all of it must be zero. */
export interface DataFindings {
  readonly recordsLost: number;
  readonly recordsAdded: number;
  readonly recordsDifferent: number;
  readonly entitiesLost: number;
  readonly entitiesAdded: number;
  readonly entitiesDifferent: number;
  /** Entities that no record leads to, and records' entities that do not exist although they are mentioned. */
  readonly entitiesWithoutRecord: number;
  readonly referencesToNothing: number;
}

/** What is different from a run that nobody disturbed. Ids of entities are made anew in each run, so records stand for them. */
export function compareData(actual: Evidence, expected: Evidence): DataFindings {
  const records = compareMaps(recordsByKey(actual), recordsByKey(expected));
  const told = tellEntities(actual);
  const entities = compareMaps(told.byRecord, tellEntities(expected).byRecord);
  return {
    recordsLost: records.lost,
    recordsAdded: records.added,
    recordsDifferent: records.different,
    entitiesLost: entities.lost,
    entitiesAdded: entities.added,
    entitiesDifferent: entities.different,
    entitiesWithoutRecord: told.withoutRecord,
    referencesToNothing: told.referencesToNothing,
  };
}

function recordsByKey({ records }: Evidence): Map<string, unknown> {
  return new Map(records.map(({ key, revision, digest }) => [key, `${revision} ${digest}`]));
}

interface ToldEntities {
  readonly byRecord: ReadonlyMap<string, unknown>;
  readonly withoutRecord: number;
  readonly referencesToNothing: number;
}

function tellEntities({ entities, links }: Evidence): ToldEntities {
  const recordOf = new Map(links.map(({ entityId, key }) => [entityId, key]));
  const byRecord = new Map<string, unknown>();
  let referencesToNothing = 0;
  const tell = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(tell);
    if (typeof value !== 'object' || value === null) return value;
    if (!isReference(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tell(inner)]));
    const record = recordOf.get(value.id);
    if (record === undefined) referencesToNothing += 1;
    return { type: value.type, record };
  };
  for (const { entityId, entityType, version, epoch, state, deleted } of entities) {
    const record = recordOf.get(entityId);
    if (record !== undefined) byRecord.set(`${entityType} ${record}`, { version, epoch, deleted, state: tell(state) });
  }
  const clios = entities.filter(({ isElsewhere }) => !isElsewhere);
  return { byRecord, withoutRecord: clios.length - byRecord.size, referencesToNothing };
}

function isReference(value: object): value is { type: string; id: string } {
  return Object.keys(value).length === 2 && 'type' in value && 'id' in value && typeof value.id === 'string';
}

function compareMaps(actual: ReadonlyMap<string, unknown>, expected: ReadonlyMap<string, unknown>) {
  const lost = [...expected.keys()].filter((key) => !actual.has(key)).length;
  const added = [...actual.keys()].filter((key) => !expected.has(key)).length;
  const different = [...expected].filter(
    ([key, value]) => actual.has(key) && !isDeepStrictEqual(actual.get(key), value),
  ).length;
  return { lost, added, different };
}

export interface EventFindings {
  /** Versions that an entity has had and that no event told. */
  readonly versionsUntold: number;
  /** Versions told by two different events. */
  readonly versionsToldTwice: number;
  /** Events of versions that no entity has. */
  readonly eventsOfNothing: number;
  /** Entities whose last event tells another state than they have. */
  readonly lastEventsWrong: number;
  /** Events that came again with other bytes. */
  readonly redeliveriesChanged: number;
}

/** Holds what a subscriber received against the entities as they are. */
export function judgeEvents({ events, entities }: Pick<Evidence, 'events' | 'entities'>): EventFindings {
  const versions = groupBy(events, ({ subject, version }) => `${subject} ${version}`);
  const known = new Set<string>();
  let versionsUntold = 0;
  let lastEventsWrong = 0;
  for (const entity of entities) {
    for (let n = 1; n <= entity.version; n += 1) {
      const version = versionKey(entity, n);
      known.add(version);
      const told = versions.get(version);
      if (!told) versionsUntold += 1;
      else if (n === entity.version && !told.every(({ state }) => isDeepStrictEqual(state, entity.state)))
        lastEventsWrong += 1;
    }
  }
  return {
    versionsUntold,
    versionsToldTwice: [...versions.values()].filter((told) => distinct(told, ({ id }) => id) > 1).length,
    eventsOfNothing: [...versions.keys()].filter((version) => !known.has(version)).length,
    lastEventsWrong,
    redeliveriesChanged: [...groupBy(events, ({ id }) => id).values()].filter(
      (same) => distinct(same, ({ digest }) => digest) > 1,
    ).length,
  };
}

function versionKey({ entityType, entityId, epoch }: KeptEntity, n: number): string {
  return `${entityType}/${entityId} ${epoch}.${n}`;
}

function groupBy(events: readonly TappedEvent[], keyOf: (event: TappedEvent) => string): Map<string, TappedEvent[]> {
  const groups = new Map<string, TappedEvent[]>();
  for (const event of events) {
    const key = keyOf(event);
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return groups;
}

const distinct = (events: readonly TappedEvent[], of: (event: TappedEvent) => string) => new Set(events.map(of)).size;

export interface FetchFindings {
  /** Pages fetched again, over all resources. */
  readonly pagesFetchedAgain: number;
  /** The same of the resource that has most of them. */
  readonly mostOfOneResource: number;
  /** Resources that were read in another number of pages than in the undisturbed run. */
  readonly pagesDifferent: number;
  /** Resources for which the run counts fewer calls than there are pages, or more than the kills explain. */
  readonly callsUnexplained: number;
}

/** How often pages were fetched, against the undisturbed run; the runs of both are in the same order. */
export function judgeFetches(actual: Evidence, expected: Evidence, kills: number): FetchFindings {
  const again = new Map<string, number>();
  for (const { resource, answered, differentPages } of actual.fetches) {
    again.set(resource, (again.get(resource) ?? 0) + answered - differentPages);
  }
  const initial = ({ fetches }: Evidence) => fetches.filter(({ mode }) => mode === 'initial');
  const expectedPages = new Map(initial(expected).map(({ resource, pages }) => [resource, pages]));
  const read = initial(actual);
  return {
    pagesFetchedAgain: [...again.values()].reduce((sum, count) => sum + count, 0),
    mostOfOneResource: Math.max(0, ...again.values()),
    pagesDifferent: read.filter(
      ({ resource, pages, differentPages }) =>
        pages !== expectedPages.get(resource) || differentPages !== expectedPages.get(resource),
    ).length,
    callsUnexplained: read.filter(({ resource, calls }) => {
      const pages = expectedPages.get(resource) ?? 0;
      return calls < pages || calls > pages + kills;
    }).length,
  };
}
