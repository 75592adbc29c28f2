import type { Database } from '@firmbridge/database';
import type { Called, OauthClient, TokenOutcome } from '../../outbound/oauth-client.js';
import type { CallRecord } from '../../outbound/provider-http.js';
import { findCredential, type Credential } from '../../persistence/credential.repository.js';
import type { TokenSeal } from '../../persistence/token-seal.js';
import type { Conversation } from '../conversation.js';

export interface Renewal {
  readonly outcome: TokenOutcome;
  /** The refresh token that was taken; null when the tokens came another way. */
  readonly used: string | null;
  readonly isRecovered: boolean;
  readonly calls: readonly CallRecord[];
}

/** Asks the agency of a location for tokens of it. */
export type ExchangeByAgency = (credential: Credential, conversation: Conversation) => Promise<Called<TokenOutcome>>;

export interface RenewParts {
  readonly database: Database;
  readonly seal: TokenSeal;
  readonly exchangeByAgency: ExchangeByAgency;
}

type Way = () => Promise<Called<TokenOutcome>>;

/**
 * Asks the provider for new tokens, in one way after the other as long as it refuses and nobody else has stored a newer
 * generation: the refresh token, once the one before it (its successor may have been lost on the way to us), the agency, and the
 * provider's own way for lost tokens. Stores nothing.
 */
export class RenewTokens {
  constructor(private readonly parts: RenewParts) {}

  async execute(credential: Credential, client: OauthClient, conversation: Conversation): Promise<Renewal> {
    const calls: CallRecord[] = [];
    let last: Renewal | null = null;
    for (const { way, used } of await this.waysOf(credential, client, conversation)) {
      if (last !== null && !(await this.isUnchanged(credential))) break;
      const { calls: made, ...outcome } = await way();
      calls.push(...made.map((call) => ({ ...call, attempt: calls.length + call.attempt })));
      last = { outcome: ofThisAccount(outcome, credential), used, isRecovered: last !== null, calls };
      if (last.outcome.kind !== 'refused') break;
    }
    return last ?? { outcome: { kind: 'refused', reason: 'There is nothing to renew it by.' }, ...nothing };
  }

  private async waysOf(credential: Credential, client: OauthClient, conversation: Conversation) {
    const { refreshToken, previousRefreshToken, role, agencyId } = credential;
    const ways: { way: Way; used: string | null }[] = [];
    for (const [column, sealed] of [
      ['refresh_token', refreshToken],
      ['previous_refresh_token', previousRefreshToken],
    ] as const) {
      if (sealed === null) continue;
      const token = await this.parts.seal.open(credential, column, sealed);
      ways.push({ way: () => client.refresh(token, role), used: token });
    }
    if (agencyId !== null) {
      ways.push({ way: () => this.parts.exchangeByAgency(credential, conversation), used: null });
    } else if (client.recover !== undefined) {
      const recover = client.recover.bind(client, credential);
      ways.push({ way: recover, used: null });
    }
    return ways;
  }

  private async isUnchanged({ tenantId, connectionId, generation }: Credential): Promise<boolean> {
    const now = await this.parts.database.inTenant(tenantId, (tx) => findCredential(tx, connectionId));
    return now?.generation === generation;
  }
}

const nothing = { used: null, isRecovered: false, calls: [] } as const;

/** Tokens of another account than the connection's are worse than none. */
function ofThisAccount(outcome: TokenOutcome, { accountId }: Credential): TokenOutcome {
  if (outcome.kind !== 'granted' || outcome.grant.account === null) return outcome;
  if (outcome.grant.account.accountId === accountId) return outcome;
  return { kind: 'refused', reason: 'The provider gave the tokens of another account.' };
}
