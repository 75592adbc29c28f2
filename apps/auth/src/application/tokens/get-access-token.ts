import { AppError, messageOf } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { Logger } from '@nestjs/common';
import { requireTokenRight } from '../../domain/permissions.js';
import { decideTokenUse, isStillGood } from '../../domain/token-use.js';
import { findConnectionFacts } from '../../persistence/connection.repository.js';
import { findCredential, type Credential } from '../../persistence/credential.repository.js';
import { isRevoking } from '../../persistence/sagas/disconnection.repository.js';
import type { TokenSeal } from '../../persistence/token-seal.js';
import type { Conversation } from '../conversation.js';
import { failed, type RefreshOutcome } from './carry-out-refresh.js';
import type { RefreshCredential } from './refresh-credential.js';
import type { VerifyPrivateToken } from './verify-private-token.js';

export interface TokenRequest {
  readonly connectionId: string;
  /** Of the token that the provider has just refused. */
  readonly rejectedGeneration: number | null;
}

export interface AccessTokenReply {
  readonly accessToken: string;
  readonly generation: number;
  readonly expiresAt: string | null;
  readonly apiOrigin: string;
  readonly accountId: string;
}

const comeAgainMs = 1_000;

/**
 * The access token to use now. One that is due but good for a while is handed out while it is refreshed; one that is over is
 * refreshed first. A failing refresh is no failure while the token is good.
 */
export class GetAccessToken {
  private readonly logger = new Logger(GetAccessToken.name);

  constructor(
    private readonly database: Database,
    private readonly seal: TokenSeal,
    private readonly refresh: RefreshCredential,
    private readonly verify: VerifyPrivateToken,
  ) {}

  /** Without leave to wait, a caller who would have to is told to come again while the token is refreshed. */
  async execute(
    { connectionId, rejectedGeneration }: TokenRequest,
    conversation: Conversation,
    mayWait = true,
  ): Promise<AccessTokenReply> {
    const known = await this.read(connectionId, conversation);
    switch (decideTokenUse(known, rejectedGeneration)) {
      case 'serve':
        return this.reply(known);
      case 'serve_and_refresh':
        this.refreshMeanwhile(known, conversation);
        return this.reply(known);
      case 'verify':
        await this.verify.execute(known, conversation);
        return this.reply(await this.read(connectionId, conversation));
      case 'refresh': {
        const outcome = mayWait
          ? await this.refresh.execute(known, conversation)
          : this.refreshMeanwhile(known, conversation);
        if (outcome.kind === 'settled') return this.reply(await this.read(connectionId, conversation));
        if (isStillGood(known, rejectedGeneration)) return this.reply(known);
        throw outcome.error;
      }
    }
  }

  private refreshMeanwhile(known: Credential, conversation: Conversation): RefreshOutcome {
    this.refresh.execute(known, conversation).catch((error: unknown) => {
      this.logger.warn(`A token that is due could not be refreshed: ${messageOf(error)}`);
    });
    return failed('token.refresh_pending', 'The token is being refreshed, and many wait for it.', comeAgainMs);
  }

  private async read(connectionId: string, { tenantId, actor }: Conversation): Promise<Credential> {
    const credential = await this.database.inTenant(tenantId, async (tx) => {
      const found = await findCredential(tx, connectionId);
      if (found === null || found.role !== 'account')
        throw notThere(connectionId, await findConnectionFacts(tx, tenantId, connectionId));
      requireTokenRight(actor, found.provider);
      if (await isRevoking(tx, connectionId)) throw ended(connectionId);
      return found;
    });
    if (credential.status === 'active') return credential;
    const reason = credential.statusReason ?? 'The connection was ended.';
    throw new AppError('unauthorized', `connection.${credential.status}`, reason, { details: { connectionId } });
  }

  private async reply(credential: Credential): Promise<AccessTokenReply> {
    const { generation, apiOrigin, accountId, expiresAt } = credential;
    return {
      accessToken: await this.seal.open(credential, 'access_token', credential.accessToken),
      generation,
      expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      apiOrigin,
      accountId,
    };
  }
}

function notThere(connectionId: string, facts: { readonly status: string; readonly role: string } | null): AppError {
  if (facts?.role === 'account' && facts.status === 'disconnected') return ended(connectionId);
  return new AppError('not_found', 'connection.not_found', 'There is no such connection.', {
    details: { connectionId },
  });
}

function ended(connectionId: string): AppError {
  const details = { details: { connectionId } };
  return new AppError('unauthorized', 'connection.disconnected', 'The connection was ended.', details);
}
