import type { Database } from '@firmbridge/database';
import type { Inbox, Outbox } from '@firmbridge/messaging';
import { Vault } from '@firmbridge/vault';
import { AddPrivateToken } from './application/add-private-token.js';
import { BeginAuthorization } from './application/begin-authorization.js';
import { CompleteAuthorization } from './application/complete-authorization.js';
import { CreatePairing } from './application/create-pairing.js';
import { EstablishConnection } from './application/establish-connection.js';
import { GetAccessToken } from './application/get-access-token.js';
import { ListConnections } from './application/list-connections.js';
import { OpenAuthorization } from './application/open-authorization.js';
import { RecordCalls } from './application/record-calls.js';
import { RefreshCredential } from './application/refresh-credential.js';
import { RequireReauthorization } from './application/require-reauthorization.js';
import { VerifyPrivateToken } from './application/verify-private-token.js';
import type { AuthConfig } from './config.js';
import { OauthClients } from './outbound/oauth-clients.js';
import { TokenSeal } from './persistence/token-seal.js';

export interface UseCaseParts {
  readonly config: AuthConfig;
  readonly database: Database;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly clock: () => Date;
  readonly random: () => number;
}

export type UseCases = Awaited<ReturnType<typeof composeUseCases>>;

/** Puts the service together. Throws when the keyring does not fit what is sealed already. */
export async function composeUseCases({ config, database, outbox, inbox, clock, random }: UseCaseParts) {
  const vault = new Vault({ database, keyring: config.vaultKeys, clock });
  await vault.check();
  const seal = new TokenSeal(vault);
  const clients = new OauthClients({ config, clock, random });
  const recordCalls = new RecordCalls(database, outbox, clock);
  const establish = new EstablishConnection(database, outbox, seal, clock);
  const requireReauthorization = new RequireReauthorization(database, outbox, clock);
  const verify = new VerifyPrivateToken(clients, seal, requireReauthorization, recordCalls);
  const refreshCredential = new RefreshCredential({
    ...{ database, outbox, seal, clients, requireReauthorization, clock, random },
    timing: config.tokens,
  });
  return {
    beginAuthorization: new BeginAuthorization(database, clients, config),
    openAuthorization: new OpenAuthorization(database, clients),
    completeAuthorization: new CompleteAuthorization(database, clients, establish, recordCalls),
    addPrivateToken: new AddPrivateToken(clients, establish, recordCalls, config),
    getAccessToken: new GetAccessToken(database, seal, refreshCredential, verify),
    refreshCredential,
    listConnections: new ListConnections(database),
    createPairing: new CreatePairing(inbox, outbox, clock),
  };
}
