import type pg from 'pg';
import { drainTap, type TappedEvent } from './entity-tap.js';
import type { Stores } from './installation.js';
import { queueDepths } from './queue-depths.js';

export interface KeptRecord {
  /** `matters/42`. */
  readonly key: string;
  readonly revision: number;
  readonly digest: string;
}

export interface KeptEntity {
  readonly entityId: string;
  readonly entityType: string;
  readonly version: number;
  readonly epoch: number;
  readonly state: unknown;
  readonly deleted: boolean;
  /** Only GoHighLevel has it; how far that was read beside Clio is left to chance. */
  readonly isElsewhere: boolean;
}

/** Which record an entity is: `matters/42`. */
export interface KeptLink {
  readonly key: string;
  readonly entityId: string;
}

export interface ResourceFetches {
  readonly mode: string;
  readonly resource: string;
  /** What the run itself counted. */
  readonly pages: number;
  readonly calls: number;
  /** Successful calls that audit-log kept, and how many different pages they asked for. */
  readonly answered: number;
  readonly differentPages: number;
}

/** All that a platform left behind and that the checks look at. */
export interface Evidence {
  readonly records: readonly KeptRecord[];
  readonly entities: readonly KeptEntity[];
  readonly links: readonly KeptLink[];
  readonly fetches: readonly ResourceFetches[];
  readonly events: readonly TappedEvent[];
  /** Messages in outboxes and queues that nobody has taken yet: the evidence is not complete while there are any. */
  readonly waiting: number;
  readonly deadLetters: number;
}

const records = `select resource || '/' || record_id as key, revision::int, md5(body::text || (deleted_at is not null)) as digest
  from clio_sync.record`;

const entities = `
  select e.entity_id as "entityId", e.entity_type as "entityType", e.version::int, e.epoch, e.state, e.deleted_at is not null as deleted,
    coalesce(bool_and(c.provider = 'ghl'), false) as "isElsewhere"
  from mapping.entity e
  left join mapping.entity_link l on l.tenant_id = e.tenant_id and l.entity_id = e.entity_id
  left join mapping.connection c on c.tenant_id = l.tenant_id and c.connection_id = l.connection_id
  group by e.tenant_id, e.entity_id`;

const links = `select l.resource || '/' || l.record_id as key, l.entity_id as "entityId"
  from mapping.entity_link l
  join mapping.connection c on c.tenant_id = l.tenant_id and c.connection_id = l.connection_id and c.provider = 'clio'`;

// The path names the page: the cursor is part of it.
const fetches = `
  with answered as (
    select correlation_id, split_part(operation, '.', 2) as resource, count(*)::int as answered, count(distinct path)::int as pages
    from audit_log.transaction
    where provider = 'clio' and status between 200 and 299
    group by 1, 2)
  select run.mode, rr.resource, rr.pages, rr.calls, coalesce(a.answered, 0) as answered, coalesce(a.pages, 0) as "differentPages"
  from clio_sync.run_resource rr
  join clio_sync.run run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id
  left join answered a on a.correlation_id = run.correlation_id and a.resource = rr.resource
  order by run.started_at, rr.position`;

const unpublished = `select ((select count(*) from clio_sync.outbox_message) + (select count(*) from mapping.outbox_message))::int as count`;

/** What audit-log has taken out of the dead-letter queues. */
const kept = 'select count(*)::int as count from audit_log.dead_letter';

/** While nothing runs. The tap is emptied by it. */
export async function readEvidence(stores: Stores): Promise<Evidence> {
  const { db } = stores;
  const { waiting, deadLetters } = await queueDepths(stores);
  const [inOutboxes] = await rowsOf<{ count: number }>(db, unpublished);
  const [setAside] = await rowsOf<{ count: number }>(db, kept);
  return {
    records: await rowsOf<KeptRecord>(db, records),
    entities: await rowsOf<KeptEntity>(db, entities),
    links: await rowsOf<KeptLink>(db, links),
    fetches: await rowsOf<ResourceFetches>(db, fetches),
    events: await drainTap(stores),
    waiting: waiting + (inOutboxes?.count ?? 0),
    deadLetters: deadLetters + (setAside?.count ?? 0),
  };
}

async function rowsOf<Row extends object>(db: pg.Client, sql: string): Promise<Row[]> {
  return (await db.query<Row & pg.QueryResultRow>(sql)).rows;
}
