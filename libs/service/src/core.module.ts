import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TerminusModule } from '@nestjs/terminus';
import { Database } from '@firmbridge/database';
import { BrokerConnections, Inbox, Outbox, Publisher, QueryClient } from '@firmbridge/messaging';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ServiceContext } from './definition.js';
import { HealthController } from './health.controller.js';
import { httpLogging } from './logger.js';
import { Readiness } from './readiness.js';
import { Stages } from './metrics.js';
import { eraseTenantHandler, eraseTenantQueueOf } from './erasing/erase-tenant.handler.js';
import { EraseTenant } from './erasing/erase-tenant.js';
import { ErasureHooks } from './erasing/erasure-hooks.js';
import { CLOCK, CONFIG, LOGGER, RANDOM, SERVICE_NAME } from './tokens.js';

export interface CoreOptions {
  readonly service: string;
  readonly context: ServiceContext<unknown>;
  readonly readiness: Readiness;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly feature: DynamicModule;
}

/** What every service can inject: its storage, the broker, clock, randomness, configuration, logger and metrics. */
@Global()
@Module({})
export class CoreModule {
  static forRoot({ service, context, readiness, registry, logger, feature }: CoreOptions): DynamicModule {
    const { storage, broker, queries, clock, random, config } = context;
    collectDefaultMetrics({ register: registry });
    const storageProviders: Provider[] = storage
      ? [
          { provide: Database, useValue: storage.database },
          { provide: Outbox, useValue: storage.outbox },
          { provide: Inbox, useValue: storage.inbox },
        ]
      : [];
    const eraseQueue = storage ? eraseTenantQueueOf(service) : null;
    const providers: Provider[] = [
      ...storageProviders,
      { provide: BrokerConnections, useValue: broker },
      { provide: Publisher, useValue: broker.publisher() },
      { provide: QueryClient, useValue: queries },
      { provide: CLOCK, useValue: clock },
      { provide: RANDOM, useValue: random },
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: SERVICE_NAME, useValue: service },
      { provide: ErasureHooks, useValue: new ErasureHooks() },
      { provide: Readiness, useValue: readiness },
      { provide: Registry, useValue: registry },
      { provide: Stages, useValue: new Stages(registry) },
    ];
    return {
      module: CoreModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          load: [() => ({ service, ...asRecord(config) })],
        }),
        LoggerModule.forRoot(httpLogging(logger)),
        TerminusModule.forRoot({ logger: false }),
        feature,
      ],
      controllers: [HealthController, ...(eraseQueue === null ? [] : [eraseTenantHandler(eraseQueue)])],
      providers: eraseQueue === null ? providers : [...providers, EraseTenant],
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}

function asRecord(config: unknown): Record<string, unknown> {
  return typeof config === 'object' && config !== null ? { ...config } : {};
}
