import type { Provider, Type } from '@nestjs/common';
import { RotateKeys } from '@firmbridge/vault';
import { ConnectAgencyLocation } from './application/agencies/connect-agency-location.js';
import { ListAgencies } from './application/agencies/list-agencies.js';
import { ListAgencyLocations } from './application/agencies/list-agency-locations.js';
import { AddPrivateToken } from './application/connections/add-private-token.js';
import { BeginAuthorization } from './application/connections/begin-authorization.js';
import { CompleteAuthorization } from './application/connections/complete-authorization.js';
import { ConfirmAuthorization } from './application/connections/confirm-authorization.js';
import { CreatePairing } from './application/connections/create-pairing.js';
import { ListConnections } from './application/connections/list-connections.js';
import { ShowAuthorization } from './application/connections/show-authorization.js';
import { DisconnectConnection } from './application/disconnecting/disconnect-connection.js';
import { GetDisconnections } from './application/disconnecting/get-disconnections.js';
import { NoteConnectionStopped } from './application/disconnecting/note-connection-stopped.js';
import { RepeatStopping } from './application/disconnecting/repeat-stopping.js';
import { RevokeTokens } from './application/disconnecting/revoke-tokens.js';
import { AdvanceErasures } from './application/erasing/advance-erasures.js';
import { EraseTenant } from './application/erasing/erase-tenant.js';
import { GetErasures } from './application/erasing/get-erasures.js';
import { NoteTenantErased } from './application/erasing/note-tenant-erased.js';
import { RepeatErasing } from './application/erasing/repeat-erasing.js';
import { ListProviderApps } from './application/provider-apps/list-provider-apps.js';
import { RemoveProviderApp } from './application/provider-apps/remove-provider-app.js';
import { SetProviderApp } from './application/provider-apps/set-provider-app.js';
import { GetAccessToken } from './application/tokens/get-access-token.js';
import { RefreshCredential } from './application/tokens/refresh-credential.js';
import { RefreshDueCredentials } from './application/tokens/refresh-due-credentials.js';
import type { composeConnectionUseCases } from './connection-use-cases.js';
import { OauthController } from './inbound/http/oauth.controller.js';
import { AddPrivateTokenHandler } from './inbound/messages/add-private-token.handler.js';
import { AgenciesHandler } from './inbound/messages/agencies.handler.js';
import { BeginAuthorizationHandler } from './inbound/messages/begin-authorization.handler.js';
import { CreatePairingHandler } from './inbound/messages/create-pairing.handler.js';
import { DisconnectionsHandler } from './inbound/messages/disconnections.handler.js';
import { ErasuresHandler } from './inbound/messages/erasures.handler.js';
import { GetAccessTokenHandler } from './inbound/messages/get-access-token.handler.js';
import { ListConnectionsHandler } from './inbound/messages/list-connections.handler.js';
import { ProviderAppsHandler } from './inbound/messages/provider-apps.handler.js';
import { RotateKeysHandler } from './inbound/messages/rotate-keys.handler.js';
import { CarryOnSagasSchedule } from './inbound/schedules/carry-on-sagas.schedule.js';
import { RefreshTokensSchedule } from './inbound/schedules/refresh-tokens.schedule.js';
import type { composeSagaUseCases } from './saga-use-cases.js';

type ConnectionUseCases = ReturnType<typeof composeConnectionUseCases>['useCases'] &
  ReturnType<typeof composeSagaUseCases>;

/** Under which class each use case is injected. */
const useCaseTypes: { readonly [Name in keyof ConnectionUseCases]: Type<ConnectionUseCases[Name]> } = {
  beginAuthorization: BeginAuthorization,
  showAuthorization: ShowAuthorization,
  confirmAuthorization: ConfirmAuthorization,
  completeAuthorization: CompleteAuthorization,
  addPrivateToken: AddPrivateToken,
  getAccessToken: GetAccessToken,
  refreshCredential: RefreshCredential,
  refreshDueCredentials: RefreshDueCredentials,
  listConnections: ListConnections,
  createPairing: CreatePairing,
  listAgencies: ListAgencies,
  listAgencyLocations: ListAgencyLocations,
  connectAgencyLocation: ConnectAgencyLocation,
  listProviderApps: ListProviderApps,
  setProviderApp: SetProviderApp,
  removeProviderApp: RemoveProviderApp,
  disconnectConnection: DisconnectConnection,
  noteConnectionStopped: NoteConnectionStopped,
  revokeTokens: RevokeTokens,
  repeatStopping: RepeatStopping,
  getDisconnections: GetDisconnections,
  eraseTenant: EraseTenant,
  noteTenantErased: NoteTenantErased,
  advanceErasures: AdvanceErasures,
  repeatErasing: RepeatErasing,
  getErasures: GetErasures,
  rotateKeys: RotateKeys,
};

export const connectionHandlers = [
  OauthController,
  AddPrivateTokenHandler,
  AgenciesHandler,
  BeginAuthorizationHandler,
  CreatePairingHandler,
  DisconnectionsHandler,
  ErasuresHandler,
  GetAccessTokenHandler,
  ListConnectionsHandler,
  ProviderAppsHandler,
  RotateKeysHandler,
];

/** `useCases` is the token under which all of them are provided together. */
export function connectionProviders(useCases: symbol): Provider[] {
  const types = Object.entries(useCaseTypes) as [keyof ConnectionUseCases, Type][];
  const each = types.map(([name, provide]) => ({
    provide,
    inject: [useCases],
    useFactory: (all: ConnectionUseCases) => all[name],
  }));
  return [...each, RefreshTokensSchedule, CarryOnSagasSchedule];
}
