import { Database } from '@firmbridge/database';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, RANDOM, type Clock, type Random } from '@firmbridge/service';
import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthConfig } from './config.js';
import { connectionHandlers, connectionProviders } from './connections.providers.js';
import { TokenRefreshMetrics } from './inbound/metrics/token-refresh.metrics.js';
import { peopleHandlers, peopleProviders } from './people.providers.js';
import { composeUseCases } from './use-cases.js';

const USE_CASES = Symbol('USE_CASES');

type Parts = [Database, Outbox, Inbox, TokenRefreshMetrics, Clock, Random];

@Module({})
export class AuthModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      controllers: [...connectionHandlers, ...peopleHandlers],
      providers: [
        TokenRefreshMetrics,
        {
          provide: USE_CASES,
          inject: [Database, Outbox, Inbox, TokenRefreshMetrics, CLOCK, RANDOM],
          useFactory: (...[database, outbox, inbox, meter, clock, random]: Parts) =>
            composeUseCases({ config, database, outbox, inbox, meter, clock, random }),
        },
        ...connectionProviders(USE_CASES),
        ...peopleProviders(USE_CASES),
      ],
    };
  }
}
