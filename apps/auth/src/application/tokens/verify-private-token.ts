import type { OauthClients } from '../../outbound/oauth-clients.js';
import type { Credential } from '../../persistence/credential.repository.js';
import type { TokenSeal } from '../../persistence/token-seal.js';
import type { Conversation } from '../conversation.js';
import type { RecordCalls } from '../record-calls.js';
import type { RequireReauthorization } from '../connections/require-reauthorization.js';

/**
 * A private token that a call was refused with is tried once more where it must work. Only a refusal there counts: nobody but
 * a person can replace it, so one odd answer must not park the connection.
 */
export class VerifyPrivateToken {
  private readonly running = new Map<string, Promise<'alive' | 'dead'>>();

  constructor(
    private readonly clients: OauthClients,
    private readonly seal: TokenSeal,
    private readonly requireReauthorization: RequireReauthorization,
    private readonly recordCalls: RecordCalls,
  ) {}

  execute(credential: Credential, conversation: Conversation): Promise<'alive' | 'dead'> {
    const key = `${credential.connectionId}/${credential.generation}`;
    const running = this.running.get(key);
    if (running !== undefined) return running;
    const run = this.verify(credential, conversation).finally(() => this.running.delete(key));
    this.running.set(key, run);
    return run;
  }

  private async verify(credential: Credential, conversation: Conversation): Promise<'alive' | 'dead'> {
    const { connectionId, generation, accountId } = credential;
    const token = await this.seal.open(credential, 'access_token', credential.accessToken);
    const outcome = await this.clients.readLocation(token, accountId);
    if (outcome.kind !== 'unauthorized') {
      await this.recordCalls.execute(outcome.calls, connectionId, conversation);
      return 'alive';
    }
    const reason =
      'GoHighLevel no longer accepts the private integration token. Make a new one and connect again with it.';
    const dead = { connectionId, generation, reason, calls: outcome.calls };
    return (await this.requireReauthorization.execute(dead, conversation)) === 'parked' ? 'dead' : 'alive';
  }
}
