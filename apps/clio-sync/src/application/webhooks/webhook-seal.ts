import type { Vault } from '@firmbridge/vault';

interface Owner {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

/** Secrets of subscriptions as the table keeps them. Not to be used inside a transaction. */
export class WebhookSeal {
  constructor(private readonly vault: Vault) {}

  close({ tenantId, subscriptionId }: Owner, secret: string): Promise<string> {
    return this.vault.seal(tenantId, placeOf(subscriptionId), secret);
  }

  open({ tenantId, subscriptionId }: Owner, sealed: string | null): Promise<string | null> {
    return sealed === null ? Promise.resolve(null) : this.vault.open(tenantId, placeOf(subscriptionId), sealed);
  }
}

/** The secret before stays sealed for the column it was made for. */
function placeOf(subscriptionId: string) {
  return { table: 'webhook_subscription', column: 'secret', row: subscriptionId };
}
