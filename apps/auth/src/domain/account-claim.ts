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
  /** That the person signed in to. */
  readonly accountId: string;
  /** Who has the account, over all tenants. */
  readonly holder: AccountHolder | null;
  /** The tenant's own connection of the account that has ended. */
  readonly ended: AccountHolder | null;
  /** The connection that this sign-in was begun for. */
  readonly wanted: WaitingConnection | null;
  /** The tenant's connections of the same provider and region that wait to be reconnected. */
  readonly waiting: readonly WaitingConnection[];
}

/**
 * Whether a tenant may connect the account a person signed in to. An account belongs to one tenant. A sign-in that was begun
 * for one connection takes no other account; and while a connection waits to be reconnected, an account that is new is taken for
 * a sign-in to the wrong one instead of a wish to add it.
 */
export function judgeAccountClaim(claim: Claim): AccountClaim {
  const { tenantId, accountId, holder, ended, wanted, waiting } = claim;
  if (wanted !== null && wanted.accountId !== accountId) return { kind: 'another_account', expected: wanted };
  if (holder !== null && holder.tenantId !== tenantId) return { kind: 'held_elsewhere' };
  const own = holder ?? (wanted !== null || waiting.length === 0 ? ended : null);
  if (own !== null) return { kind: 'known', connectionId: own.connectionId };
  const [expected] = waiting;
  return expected === undefined ? { kind: 'new' } : { kind: 'another_account', expected };
}
