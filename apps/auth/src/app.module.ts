import { Database } from '@firmbridge/database';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, RANDOM, type Clock, type Random } from '@firmbridge/service';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { AddPrivateToken } from './application/add-private-token.js';
import { BeginAuthorization } from './application/begin-authorization.js';
import { CompleteAuthorization } from './application/complete-authorization.js';
import { CreatePairing } from './application/create-pairing.js';
import { GetAccessToken } from './application/get-access-token.js';
import { ListConnections } from './application/list-connections.js';
import { OpenAuthorization } from './application/open-authorization.js';
import { RefreshCredential } from './application/refresh-credential.js';
import type { AuthConfig } from './config.js';
import { OauthController } from './inbound/http/oauth.controller.js';
import { AddPrivateTokenHandler } from './inbound/messages/add-private-token.handler.js';
import { BeginAuthorizationHandler } from './inbound/messages/begin-authorization.handler.js';
import { CreatePairingHandler } from './inbound/messages/create-pairing.handler.js';
import { GetAccessTokenHandler } from './inbound/messages/get-access-token.handler.js';
import { ListConnectionsHandler } from './inbound/messages/list-connections.handler.js';
import { composeUseCases, type UseCases } from './use-cases.js';

const USE_CASES = Symbol('USE_CASES');

function useCase<Name extends keyof UseCases>(type: Type<UseCases[Name]>, name: Name): Provider {
  return { provide: type, inject: [USE_CASES], useFactory: (useCases: UseCases) => useCases[name] };
}

@Module({})
export class AuthModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      controllers: [
        OauthController,
        AddPrivateTokenHandler,
        BeginAuthorizationHandler,
        CreatePairingHandler,
        GetAccessTokenHandler,
        ListConnectionsHandler,
      ],
      providers: [
        {
          provide: USE_CASES,
          inject: [Database, Outbox, Inbox, CLOCK, RANDOM],
          useFactory: (...[database, outbox, inbox, clock, random]: [Database, Outbox, Inbox, Clock, Random]) =>
            composeUseCases({ config, database, outbox, inbox, clock, random }),
        },
        useCase(AddPrivateToken, 'addPrivateToken'),
        useCase(BeginAuthorization, 'beginAuthorization'),
        useCase(CompleteAuthorization, 'completeAuthorization'),
        useCase(CreatePairing, 'createPairing'),
        useCase(GetAccessToken, 'getAccessToken'),
        useCase(ListConnections, 'listConnections'),
        useCase(OpenAuthorization, 'openAuthorization'),
        useCase(RefreshCredential, 'refreshCredential'),
      ],
    };
  }
}
