import { AppError, authMessages, newMessage, type Connection } from '@firmbridge/contracts';
import { sqlState, sqlStates, type Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { judgeAccountClaim } from '../domain/account-claim.js';
import type { CallRecord } from '../outbound/provider-http.js';
import { findHolder, findWaiting, saveConnection } from '../persistence/connection.repository.js';
import { lockCredential, saveCredential } from '../persistence/credential.repository.js';
import { ensureTenant } from '../persistence/tenant.repository.js';
import type { TokenSeal } from '../persistence/token-seal.js';
import { callMessages, orderedBy, originAt, type Conversation } from './conversation.js';

/** An account that a person has proved to have, with its tokens. */
export interface ProvenAccount extends Omit<Connection, 'connectionId' | 'status' | 'establishedAt'> {
  /** The id if the account is new to us. */
  readonly newConnectionId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number | null;
  /** The calls that proved it. */
  readonly calls: readonly CallRecord[];
}

/** Keeps an account as a connection, new or known again, and tells of it in the same transaction. */
export class EstablishConnection {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly seal: TokenSeal,
    private readonly clock: () => Date,
  ) {}

  async execute(account: ProvenAccount, conversation: Conversation): Promise<Connection> {
    try {
      return await this.store(account, await this.claim(account, conversation.tenantId), conversation);
    } catch (error) {
      // Somebody connected the same account at the same moment: now it can be seen whose it is.
      if (sqlState(error) !== sqlStates.uniqueViolation) throw error;
      return this.store(account, await this.claim(account, conversation.tenantId), conversation);
    }
  }

  /** The id of the connection, or the sentence why this tenant cannot have the account. */
  private async claim(account: ProvenAccount, tenantId: string): Promise<string> {
    const claim = await this.database.acrossTenants(async (tx) =>
      judgeAccountClaim({
        tenantId,
        holder: await findHolder(tx, account),
        waiting: await findWaiting(tx, tenantId, account.provider, account.region),
      }),
    );
    if (claim.kind === 'known') return claim.connectionId;
    if (claim.kind === 'new') return account.newConnectionId;
    if (claim.kind === 'held_elsewhere') {
      const message = `${account.accountName} is connected by another firm. It has to be disconnected there first.`;
      throw new AppError('conflict', 'connection.held_elsewhere', message);
    }
    throw new AppError(
      'conflict',
      'connection.another_account',
      `${claim.expected.accountName} (${claim.expected.accountId}) waits to be reconnected, but you signed in to ` +
        `${account.accountName} (${account.accountId}). Sign in to the same account as before.`,
    );
  }

  private async store(account: ProvenAccount, connectionId: string, conversation: Conversation): Promise<Connection> {
    const { tenantId } = conversation;
    const { provider, region, accountId, accountName, apiOrigin, credential } = account;
    const connection = { connectionId, provider, region, accountId, accountName, apiOrigin, credential };
    const sealed = await this.sealed(account, tenantId, connectionId);
    return this.database.inTenant(tenantId, async (tx) => {
      await ensureTenant(tx, tenantId);
      await lockCredential(tx, connectionId);
      const now = await saveConnection(tx, { ...connection, tenantId });
      await saveCredential(tx, { tenantId, connectionId, ...sealed, expiresInSeconds: account.expiresInSeconds });
      const established: Connection = { ...connection, status: 'active', establishedAt: now.toISOString() };
      await this.outbox.add(tx, [
        ...callMessages(account.calls, connectionId, conversation, this.clock()),
        newMessage(
          authMessages.connectionEstablished,
          established,
          originAt(now, conversation),
          orderedBy(tenantId, connectionId),
        ),
      ]);
      return established;
    });
  }

  private async sealed({ accessToken, refreshToken }: ProvenAccount, tenantId: string, connectionId: string) {
    const row = { tenantId, connectionId };
    return {
      accessToken: await this.seal.seal(row, 'access_token', accessToken),
      refreshToken: refreshToken === null ? null : await this.seal.seal(row, 'refresh_token', refreshToken),
    };
  }
}
