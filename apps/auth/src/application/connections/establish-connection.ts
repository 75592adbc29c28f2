import { AppError, authMessages, newMessage, type Connection } from '@firmbridge/contracts';
import { sqlState, sqlStates, type Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { judgeAccountClaim, type WaitingConnection } from '../../domain/account-claim.js';
import type { ConnectionRole } from '../../domain/connection-role.js';
import { planTokenLife } from '../../domain/token-life.js';
import type { CallRecord } from '../../outbound/provider-http.js';
import {
  findConnectionFacts,
  findEnded,
  findHolder,
  findWaiting,
  lockConnection,
  saveConnection,
} from '../../persistence/connection.repository.js';
import { lockCredential, saveCredential } from '../../persistence/credential.repository.js';
import { isDisconnecting } from '../../persistence/sagas/disconnection.repository.js';
import { ensureTenant } from '../../persistence/tenant.repository.js';
import type { TokenSeal } from '../../persistence/token-seal.js';
import { callMessages, orderedBy, originAt, type Conversation } from '../conversation.js';

/** An account that a person has proved to have, with its tokens. */
export interface ProvenAccount extends Omit<Connection, 'connectionId' | 'status' | 'establishedAt'> {
  /** The id if the account is new to us. */
  readonly newConnectionId: string;
  readonly role: ConnectionRole;
  /** The connection this was done for: then no other account will do. */
  readonly wantedConnectionId: string | null;
  /** By whose token these tokens were given. */
  readonly agencyId: string | null;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number | null;
  /** The calls that proved it. */
  readonly calls: readonly CallRecord[];
}

export interface EstablishParts {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly seal: TokenSeal;
  readonly clock: () => Date;
  readonly random: () => number;
}

/** Keeps an account as a connection, new or known again, and tells of it in the same transaction; of an agency nobody is told. */
export class EstablishConnection {
  constructor(private readonly parts: EstablishParts) {}

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
    const { provider, region, role, accountId, wantedConnectionId, agencyId } = account;
    const claim = await this.parts.database.acrossTenants(async (tx) =>
      judgeAccountClaim({
        ...{ tenantId, accountId },
        holder: await findHolder(tx, account),
        ended: await findEnded(tx, tenantId, account),
        wanted: wantedConnectionId === null ? null : await findConnectionFacts(tx, tenantId, wantedConnectionId),
        // Who picks a location out of an agency's has not mistaken one account for another.
        waiting: agencyId === null ? await findWaiting(tx, { tenantId, provider, region, role }) : [],
      }),
    );
    if (claim.kind === 'known') return claim.connectionId;
    if (claim.kind === 'new') return account.newConnectionId;
    if (claim.kind === 'another_account') throw anotherAccount(claim.expected, account);
    const message = `${account.accountName} is connected by another firm. It has to be disconnected there first.`;
    throw new AppError('conflict', 'connection.held_elsewhere', message);
  }

  private async store(account: ProvenAccount, connectionId: string, conversation: Conversation): Promise<Connection> {
    const { database, outbox, clock } = this.parts;
    const { tenantId } = conversation;
    const { provider, region, accountId, accountName, apiOrigin, credential, role, agencyId } = account;
    const connection = { connectionId, provider, region, accountId, accountName, apiOrigin, credential };
    const sealed = await this.sealed(account, tenantId, connectionId);
    return database.inTenant(tenantId, async (tx) => {
      await ensureTenant(tx, tenantId);
      await lockConnection(tx, connectionId);
      await lockCredential(tx, connectionId);
      if (await isDisconnecting(tx, connectionId)) throw disconnecting(accountName);
      const now = await saveConnection(tx, { ...connection, tenantId, role });
      await saveCredential(tx, { tenantId, connectionId, agencyId, ...sealed });
      const established: Connection = { ...connection, status: 'active', establishedAt: now.toISOString() };
      const messages = callMessages(account.calls, connectionId, conversation, clock());
      if (role === 'account') {
        const [origin, options] = [originAt(now, conversation), orderedBy(tenantId, connectionId)];
        messages.push(newMessage(authMessages.connectionEstablished, established, origin, options));
      }
      await outbox.add(tx, messages);
      return established;
    });
  }

  private async sealed(account: ProvenAccount, tenantId: string, connectionId: string) {
    const { accessToken, refreshToken, expiresInSeconds } = account;
    const { seal, random } = this.parts;
    const row = { tenantId, connectionId };
    return {
      accessToken: await seal.seal(row, 'access_token', accessToken),
      refreshToken: refreshToken === null ? null : await seal.seal(row, 'refresh_token', refreshToken),
      life: expiresInSeconds === null ? null : planTokenLife(expiresInSeconds, random),
    };
  }
}

function anotherAccount(expected: WaitingConnection, { accountName, accountId }: ProvenAccount): AppError {
  return new AppError(
    'conflict',
    'connection.another_account',
    `${expected.accountName} (${expected.accountId}) waits to be reconnected, but you signed in to ${accountName} ` +
      `(${accountId}). Sign in to the same account as before.`,
  );
}

function disconnecting(accountName: string): AppError {
  const message = `${accountName} is being disconnected. Connect it again when that is done.`;
  return new AppError('conflict', 'connection.disconnecting', message);
}
