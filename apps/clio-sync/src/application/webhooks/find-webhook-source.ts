import type { Database } from '@firmbridge/database';
import type { ClioWebhookSource } from '../../outbound/clio/clio-webhook.dialect.js';
import { findSource } from '../../persistence/webhook-source.repository.js';
import type { WebhookSeal } from './webhook-seal.js';

/** A subscription as the receiver knows it. */
export interface KnownSource extends ClioWebhookSource {
  /** Clio has proved it: no other secret is taken any more. */
  readonly isProved: boolean;
}

interface Cached {
  readonly source: Promise<KnownSource | null>;
  readonly at: number;
}

const cachedMs = 10_000;
/** A forged delivery makes us look again, but not each of a thousand. */
const freshMs = 1_000;
const mostCached = 5_000;

/** Finds who an address was given to. What it knows it keeps for some seconds: a secret that changes meanwhile is looked for anew. */
export class FindWebhookSource {
  private readonly cache = new Map<string, Cached>();

  constructor(
    private readonly database: Database,
    private readonly seal: WebhookSeal,
  ) {}

  execute(pathId: string): Promise<KnownSource | null> {
    return this.notOlderThan(pathId, cachedMs);
  }

  /** After a delivery that was not signed with what we know. */
  again(pathId: string): Promise<KnownSource | null> {
    return this.notOlderThan(pathId, freshMs);
  }

  forget(pathId: string): void {
    this.cache.delete(pathId);
  }

  private notOlderThan(pathId: string, ms: number): Promise<KnownSource | null> {
    const known = this.cache.get(pathId);
    if (known && performance.now() - known.at < ms) return known.source;
    if (this.cache.size >= mostCached) this.cache.clear();
    const source = this.read(pathId);
    this.cache.set(pathId, { source, at: performance.now() });
    source.catch(() => this.forget(pathId));
    return source;
  }

  private async read(pathId: string): Promise<KnownSource | null> {
    const row = await findSource(this.database, pathId);
    if (row === null) return null;
    const sealed = [row.secret, row.previousSecret];
    const secrets = await Promise.all(sealed.map((text) => this.seal.open(row, text)));
    return {
      tenantId: row.tenantId,
      connectionId: row.connectionId,
      sourceId: row.subscriptionId,
      resource: row.resource,
      isProved: row.isProved,
      secrets: secrets.filter((secret) => secret !== null),
    };
  }
}
