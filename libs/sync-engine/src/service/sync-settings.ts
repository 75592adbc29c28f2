import type { Connection, Message, Provider, Remains, syncMessages } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { BudgetRules } from '../budget/budget-rules.js';
import type { NoteChanged } from '../runs/commit-page.js';

/** Tokens of what a sync service brings for its provider: its settings, its `ProviderAdapter` and its `SyncHooks`. */
export const SYNC = Symbol('settings of a sync service');
export const ADAPTER = Symbol('provider adapter');
export const HOOKS = Symbol('hooks of a sync service');

export interface SyncSettings {
  readonly provider: Provider;
  readonly service: syncMessages.SyncService;
  readonly budget: BudgetRules;
  readonly pollIntervalSeconds: number;
  readonly sweepIntervalSeconds: number;
  readonly concurrency: number;
  readonly leaseSeconds: number;
  readonly maxUnapplied: number;
  readonly maxAttempts: number;
}

/** What a provider does besides being read and written. */
export interface SyncHooks {
  /** Resources of a connection that webhooks tell of at the moment. */
  readonly pushed: (tx: Tx, connectionId: string) => Promise<readonly string[]>;
  /** Hears of the changed records of a page in its transaction. */
  readonly noteChanged: NoteChanged;
  /** What else belongs to an established connection, in the transaction that notes it. */
  readonly onEstablished?: (tx: Tx, message: Message<Connection>) => Promise<void>;
  /** What is to be taken away at the provider before the token is revoked; answers what remains there. */
  readonly onStopping?: (tenantId: string, connectionId: string) => Promise<Remains[]>;
}
