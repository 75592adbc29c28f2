import type { Lane, Provider } from '@firmbridge/contracts';
import type { EngineConnection } from './connections.js';
import type { IdOrder } from './deletions/sweep-completeness.js';
import type { BudgetRules } from './budget/budget-rules.js';

/** One resource as the engine sees it; the provider's catalogue knows the rest. */
export interface SyncedResource {
  readonly name: string;
  /** True when the provider can give only what changed since an instant. */
  readonly incremental: boolean;
  /** Whether all ids can be listed, and in which order; without it deletions are not looked for. */
  readonly sweep?: IdOrder | undefined;
  /** How rarely it is polled, in turns of its connection: what seldom changes leaves its calls to the others. */
  readonly pollEvery: number;
  /** The most records a page of it has. */
  readonly pageSize: number;
  /** It is read of each record of this other resource, and only so: see `ProviderAdapter.readChildren`. */
  readonly childOf?: string;
  /** Lists come from an index that is so far behind what a reading by id gives. */
  readonly indexLagMs?: number;
  /** What a person does when the provider refuses the resource for want of a permission, in one sentence. */
  readonly permissionAdvice?: string;
}

export interface PageRequest {
  readonly connection: EngineConnection;
  readonly resource: string;
  /** Where to go on: the provider's own cursor, null for the first page. */
  readonly cursor: string | null;
  /** Only records changed since this instant; null for all. */
  readonly since: Date | null;
  readonly lane: Lane;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  /** A page for which there is no budget in this time is given back; default: as long as it takes. */
  readonly longestBudgetWaitMs?: number;
}

export interface RecordsRequest {
  readonly connection: EngineConnection;
  readonly resource: string;
  readonly ids: readonly string[];
  readonly lane: Lane;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  readonly longestBudgetWaitMs?: number;
}

export interface Records {
  readonly found: readonly ReadRecord[];
  /** Asked for and not given: deleted, or out of sight of the person who connected the account. */
  readonly missing: readonly string[];
}

export interface Page {
  readonly records: readonly ReadRecord[];
  /** null when this was the last page. */
  readonly nextCursor: string | null;
  /** How many records there are in all, where the provider says so. */
  readonly expected: number | null;
}

/** A page of a list of all ids there are. */
export interface IdPage {
  readonly ids: readonly string[];
  readonly nextCursor: string | null;
  readonly expected: number | null;
  /** It has as many ids as a page can have. */
  readonly isFull: boolean;
}

export type ReadRecord = GoodRecord | BadRecord;

export interface GoodRecord {
  readonly recordId: string;
  readonly sourceUpdatedAt: Date | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of a resource with `childOf`: the record it was read of. */
  readonly parentId?: string;
}

/** A record that cannot be trusted; it is set aside with its reason and harms no other. */
export interface BadRecord {
  readonly recordId: string | null;
  readonly reason: string;
}

export function isBad(record: ReadRecord): record is BadRecord {
  return 'reason' in record;
}

/** What a provider has to offer to be synced by the engine. Errors are AppErrors of the provider client. */
export interface ProviderAdapter {
  readonly provider: Provider;
  readonly service: 'clio-sync' | 'ghl-sync';
  readonly resources: readonly SyncedResource[];
  /** The windows of its budgets, for connections that have none of their own. */
  readonly budget: BudgetRules;
  readPage(request: PageRequest): Promise<Page>;
  /** Single records as they are now, in as few calls as the provider allows. */
  readRecords(request: RecordsRequest): Promise<Records>;
  /**
   * All records that these parents have; whatever else is known of them is gone. A parent that is gone has none. `ids` are those of
   * the parents.
   */
  readChildren?(request: RecordsRequest): Promise<readonly ReadRecord[]>;
  /** Only ids, for a sweep. An id that cannot be read fails the page. */
  readIds?(request: PageRequest): Promise<IdPage>;
}
