import type { DynamicModule } from '@nestjs/common';
import type { Database, ServiceSchema } from '@firmbridge/database';
import type { BrokerConnections, Inbox, Outbox, QueryClient } from '@firmbridge/messaging';
import type { z } from 'zod';
import type { Clock, Random } from './tokens.js';

/** What a service is: its name, its part of the environment, its tables and its module. The rest is the same for all. */
export interface ServiceDefinition<Config = unknown> {
  readonly name: string;
  readonly config: z.ZodType<Config>;
  /** null for a service that keeps nothing. */
  readonly schema: ServiceSchema | null;
  readonly module: (context: ServiceContext<Config>) => DynamicModule;
}

/** What a module's factory may need before injection is there. */
export interface ServiceContext<Config> {
  readonly config: Config;
  readonly storage: ServiceStorage | null;
  readonly broker: BrokerConnections;
  readonly queries: QueryClient;
  readonly clock: Clock;
  readonly random: Random;
}

/** Database, outbox and inbox of a service that keeps something. */
export interface ServiceStorage {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
}
