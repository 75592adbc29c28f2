import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { decideTokenUse, isStillGood } from '../../domain/token-use.js';
import { findCredential, type Credential } from '../../persistence/credential.repository.js';
import type { TokenSeal } from '../../persistence/token-seal.js';
import type { Conversation } from '../conversation.js';
import type { RefreshCredential } from '../tokens/refresh-credential.js';

export interface AgencyToken {
  readonly accessToken: string;
  readonly generation: number;
  readonly companyId: string;
}

/** The access token of an agency, refreshed first where that is due. It stays within this service. */
export class AgencyTokens {
  constructor(
    private readonly database: Database,
    private readonly seal: TokenSeal,
    private readonly refreshCredential: RefreshCredential,
  ) {}

  /** Throws `unauthorized` when the agency has to be connected again, `unavailable` when its token cannot be had now. */
  async execute(
    agencyId: string,
    conversation: Conversation,
    rejectedGeneration: number | null = null,
  ): Promise<AgencyToken> {
    const known = await this.read(agencyId, conversation);
    const use = decideTokenUse(known, rejectedGeneration);
    if (use === 'serve') return this.open(known);
    const outcome = await this.refreshCredential.execute(known, conversation);
    if (outcome.kind === 'settled') return this.open(await this.read(agencyId, conversation));
    if (isStillGood(known, rejectedGeneration)) return this.open(known);
    throw outcome.error;
  }

  private async read(agencyId: string, { tenantId }: Conversation): Promise<Credential> {
    const agency = await this.database.inTenant(tenantId, (tx) => findCredential(tx, agencyId));
    if (agency?.role !== 'agency') {
      const details = { details: { agencyId } };
      throw new AppError('not_found', 'agency.not_found', 'There is no such agency.', details);
    }
    if (agency.status === 'active') return agency;
    const message = `The agency ${agency.accountId} has to be connected again.`;
    throw new AppError('unauthorized', 'agency.reauthorization_required', message, { details: { agencyId } });
  }

  private async open(agency: Credential): Promise<AgencyToken> {
    const accessToken = await this.seal.open(agency, 'access_token', agency.accessToken);
    return { accessToken, generation: agency.generation, companyId: agency.accountId };
  }
}
