import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { requireTokenRight } from '../domain/permissions.js';
import { decideTokenUse, isStillGood } from '../domain/token-use.js';
import { findCredential, type Credential } from '../persistence/credential.repository.js';
import type { TokenSeal } from '../persistence/token-seal.js';
import type { Conversation } from './conversation.js';
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

/** The access token to use now, refreshed first where that is due. A failing refresh is no failure while the token is good. */
export class GetAccessToken {
  constructor(
    private readonly database: Database,
    private readonly seal: TokenSeal,
    private readonly refresh: RefreshCredential,
    private readonly verify: VerifyPrivateToken,
  ) {}

  async execute(
    { connectionId, rejectedGeneration }: TokenRequest,
    conversation: Conversation,
  ): Promise<AccessTokenReply> {
    const known = await this.read(connectionId, conversation);
    switch (decideTokenUse(known, rejectedGeneration)) {
      case 'serve':
        return this.reply(known);
      case 'verify':
        await this.verify.execute(known, conversation);
        return this.reply(await this.read(connectionId, conversation));
      case 'refresh': {
        const outcome = await this.refresh.execute(known, conversation);
        if (outcome.kind === 'settled') return this.reply(await this.read(connectionId, conversation));
        if (isStillGood(known, rejectedGeneration)) return this.reply(known);
        throw outcome.error;
      }
    }
  }

  private async read(connectionId: string, { tenantId, actor }: Conversation): Promise<Credential> {
    const credential = await this.database.inTenant(tenantId, (tx) => findCredential(tx, connectionId));
    if (credential === null) {
      throw new AppError('not_found', 'connection.not_found', 'There is no such connection.', {
        details: { connectionId },
      });
    }
    requireTokenRight(actor, credential.provider);
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
