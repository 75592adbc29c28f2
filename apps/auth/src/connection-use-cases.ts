import type { Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Inbox, Outbox } from '@firmbridge/messaging';
import type { Vault } from '@firmbridge/vault';
import { AgencyTokens } from './application/agencies/agency-tokens.js';
import { ConnectAgencyLocation } from './application/agencies/connect-agency-location.js';
import { ExchangeLocation } from './application/agencies/exchange-location.js';
import { ListAgencies } from './application/agencies/list-agencies.js';
import { ListAgencyLocations } from './application/agencies/list-agency-locations.js';
import { ReviveLocations } from './application/agencies/revive-locations.js';
import { AddPrivateToken } from './application/connections/add-private-token.js';
import { BeginAuthorization } from './application/connections/begin-authorization.js';
import { CompleteAuthorization } from './application/connections/complete-authorization.js';
import { ConfirmAuthorization } from './application/connections/confirm-authorization.js';
import { CreatePairing } from './application/connections/create-pairing.js';
import { EstablishConnection } from './application/connections/establish-connection.js';
import { ListConnections } from './application/connections/list-connections.js';
import { RequireReauthorization } from './application/connections/require-reauthorization.js';
import { ShowAuthorization } from './application/connections/show-authorization.js';
import { KnownApps } from './application/provider-apps/known-apps.js';
import { ListProviderApps } from './application/provider-apps/list-provider-apps.js';
import { RemoveProviderApp } from './application/provider-apps/remove-provider-app.js';
import { SetProviderApp } from './application/provider-apps/set-provider-app.js';
import { RecordCalls } from './application/record-calls.js';
import { CarryOutRefresh } from './application/tokens/carry-out-refresh.js';
import { GetAccessToken } from './application/tokens/get-access-token.js';
import { RefreshCredential } from './application/tokens/refresh-credential.js';
import { RefreshDueCredentials } from './application/tokens/refresh-due-credentials.js';
import type { RefreshMeter } from './application/tokens/refresh-meter.js';
import { RenewTokens } from './application/tokens/renew-tokens.js';
import { VerifyPrivateToken } from './application/tokens/verify-private-token.js';
import type { AuthConfig } from './config.js';
import { OauthClients } from './outbound/oauth-clients.js';
import { TokenSeal } from './persistence/token-seal.js';

export interface UseCaseParts {
  readonly config: AuthConfig;
  readonly database: Database;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly vault: Vault;
  readonly meter: RefreshMeter;
  readonly clock: () => Date;
  readonly random: () => number;
}

/** What other use cases are made of. */
function composeTools(parts: UseCaseParts) {
  const { config, database, outbox, vault, clock, random } = parts;
  const seal = new TokenSeal(vault);
  const knownApps = new KnownApps(database, vault, config);
  const appOf = (provider: Provider, region: Parameters<OauthClients['of']>[1]) => knownApps.of({ provider, region });
  return {
    ...parts,
    seal,
    knownApps,
    clients: new OauthClients({ config, clock, random, appOf }),
    recordCalls: new RecordCalls(database, outbox, clock),
    requireReauthorization: new RequireReauthorization(database, outbox, clock),
  };
}
export type Tools = ReturnType<typeof composeTools>;

/** Refreshing needs agencies, whose tokens are refreshed in the same way. */
function composeTokens(tools: Tools) {
  const { config, database, seal, clients, random } = tools;
  const { tokens: timing } = config;
  const renewTokens = new RenewTokens({
    ...{ database, seal },
    exchangeByAgency: ({ agencyId, accountId }, conversation) =>
      exchangeLocation.execute({ agencyId: agencyId ?? '', locationId: accountId }, conversation),
  });
  const carryOut = new CarryOutRefresh({ ...tools, renewTokens, leaseMs: timing.leaseMs });
  const refreshCredential = new RefreshCredential({ database, carryOut, timing, random });
  const agencyTokens = new AgencyTokens(database, seal, refreshCredential);
  const exchangeLocation = new ExchangeLocation(clients, agencyTokens);
  return { renewTokens, refreshCredential, agencyTokens, exchangeLocation };
}

export function composeConnectionUseCases(parts: UseCaseParts) {
  const tools = composeTools(parts);
  const { config, database, outbox, inbox, vault, clock, seal, knownApps, clients, recordCalls } = tools;
  const { renewTokens, refreshCredential, agencyTokens, exchangeLocation } = composeTokens(tools);
  const establish = new EstablishConnection(tools);
  const connectAgencyLocation = new ConnectAgencyLocation({ clients, exchangeLocation, establish, recordCalls });
  const reviveLocations = new ReviveLocations(database, connectAgencyLocation);
  const verify = new VerifyPrivateToken(clients, seal, tools.requireReauthorization, recordCalls);
  const useCases = {
    beginAuthorization: new BeginAuthorization(database, clients, config),
    showAuthorization: new ShowAuthorization(database, clients),
    confirmAuthorization: new ConfirmAuthorization(database, clients),
    completeAuthorization: new CompleteAuthorization({ database, clients, establish, reviveLocations, recordCalls }),
    addPrivateToken: new AddPrivateToken(clients, establish, recordCalls, config),
    getAccessToken: new GetAccessToken(database, seal, refreshCredential, verify),
    refreshCredential,
    refreshDueCredentials: new RefreshDueCredentials(database, refreshCredential, config.tokens.leaseMs),
    listConnections: new ListConnections(database),
    createPairing: new CreatePairing(inbox, outbox, clock),
    listAgencies: new ListAgencies(database),
    listAgencyLocations: new ListAgencyLocations(database, clients, agencyTokens, recordCalls),
    connectAgencyLocation,
    listProviderApps: new ListProviderApps(database, knownApps),
    setProviderApp: new SetProviderApp(database, vault, knownApps),
    removeProviderApp: new RemoveProviderApp(database, knownApps),
  };
  return { useCases, tools: { ...tools, renewTokens } };
}
