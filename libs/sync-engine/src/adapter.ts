import type { Lane, Provider } from '@firmbridge/contracts';
import type { EngineConnection } from './connections.js';

/** One resource as the engine sees it; the provider's catalogue knows the rest. */
export interface SyncedResource {
  readonly name: string;
  /** True when the provider can give only what changed since an instant. */
  readonly incremental: boolean;
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
}

export interface Page {
  readonly records: readonly ReadRecord[];
  /** null when this was the last page. */
  readonly nextCursor: string | null;
  /** How many records there are in all, where the provider says so. */
  readonly expected: number | null;
}

export type ReadRecord = GoodRecord | BadRecord;

export interface GoodRecord {
  readonly recordId: string;
  readonly sourceUpdatedAt: Date | null;
  readonly body: Readonly<Record<string, unknown>>;
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
  readPage(request: PageRequest): Promise<Page>;
}
