export interface AccountHolder {
  readonly tenantId: string;
  readonly connectionId: string;
}

export interface WaitingConnection {
  readonly accountId: string;
  readonly accountName: string;
}

export type AccountClaim =
  | { readonly kind: 'new' }
  | { readonly kind: 'known'; readonly connectionId: string }
  | { readonly kind: 'held_elsewhere' }
  | { readonly kind: 'another_account'; readonly expected: WaitingConnection };

interface Claim {
  readonly tenantId: string;
  /** Who holds the account, over all tenants. */
  readonly holder: AccountHolder | null;
  /** The tenant's connections of the same provider and region that wait to be reconnected. */
  readonly waiting: readonly WaitingConnection[];
}

/**
 * Whether a tenant may connect the account a person signed in to. An account belongs to one tenant; and while a connection
 * waits to be reconnected, another account is taken for a sign-in to the wrong one instead of a wish to add it.
 */
export function judgeAccountClaim({ tenantId, holder, waiting }: Claim): AccountClaim {
  if (holder !== null && holder.tenantId !== tenantId) return { kind: 'held_elsewhere' };
  if (holder !== null) return { kind: 'known', connectionId: holder.connectionId };
  const [expected] = waiting;
  return expected === undefined ? { kind: 'new' } : { kind: 'another_account', expected };
}
