import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '@firmbridge/database';
import { offerSecret } from '../../persistence/webhook-source.repository.js';
import type { FindWebhookSource, KnownSource } from './find-webhook-source.js';
import type { WebhookSeal } from './webhook-seal.js';

const secretPattern = /^[\x21-\x7e]{8,256}$/;

/**
 * Takes the secret that Clio offers when it proves an address. Of a subscription that has been proved only the known secret is
 * repeated: an address that echoes any secret would make anybody's signature good.
 */
export class AcceptHandshake {
  constructor(
    private readonly database: Database,
    private readonly sources: FindWebhookSource,
    private readonly seal: WebhookSeal,
  ) {}

  async execute(pathId: string, source: KnownSource, secret: string): Promise<boolean> {
    if (!secretPattern.test(secret)) return false;
    if (source.secrets.some((known) => isSame(known, secret))) return true;
    if (source.isProved) return false;
    const { tenantId, sourceId: subscriptionId } = source;
    const sealed = await this.seal.close({ tenantId, subscriptionId }, secret);
    const isTaken = await this.database.inTenant(tenantId, (tx) => offerSecret(tx, subscriptionId, sealed));
    this.sources.forget(pathId);
    return isTaken;
  }
}

/** Of hashes, which are of one length. */
function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
