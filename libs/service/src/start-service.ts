import { NestFactory } from '@nestjs/core';
import { StandardSchemaValidationPipe, type INestApplication } from '@nestjs/common';
import { Database, isDatabaseAway } from '@firmbridge/database';
import {
  BrokerConnections,
  checkTopology,
  Inbox,
  Outbox,
  OutboxRelay,
  QueryClient,
  RabbitServer,
  type BrokerConnect,
} from '@firmbridge/messaging';
import amqplib from 'amqplib';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { CoreModule } from './core.module.js';
import type { ServiceDefinition, ServiceStorage } from './definition.js';
import { readEnvironment, type BaseEnvironment, type Environment } from './environment.js';
import { createLogger, frameworkLogger, type LogDestination } from './logger.js';
import { sweepDaily } from './inbox-sweeper.js';
import { measureInbox, measureOutbox, measureQueues } from './metrics.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { Readiness } from './readiness.js';
import { requestRefused } from './request-refused.js';
import { StoppedOutbox } from './stopped-outbox.js';

export interface StartOptions {
  readonly env: Environment;
  /** How to reach a broker; amqplib unless the process brings its own. */
  readonly connect?: BrokerConnect;
  readonly logTo?: LogDestination;
  readonly clock?: () => Date;
  readonly random?: () => number;
}

export interface RunningService {
  readonly name: string;
  /** Where its HTTP door is: probes, metrics and, for some, more. */
  readonly url: string;
  readonly app: INestApplication;
  /** Drains consumers and workers, publishes what is in the outbox, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts a service: environment checked, database and broker reached, topology checked, consumers attached, relay running.
 * Throws before anything runs when the environment is wrong, and leaves nothing open when a later step fails.
 */
export async function startService<Config>(
  definition: ServiceDefinition<Config>,
  options: StartOptions,
): Promise<RunningService> {
  const { base, config } = readEnvironment(
    definition.name,
    { config: definition.config, keepsNothing: definition.schema === null },
    options.env,
  );
  const logger = createLogger(definition.name, base.LOG_LEVEL, options.logTo);
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of opened.reverse()) await close();
  };
  try {
    return await open({ definition, config, base, logger, options, opened, closeAll });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Opening<Config> {
  readonly definition: ServiceDefinition<Config>;
  readonly config: Config;
  readonly base: BaseEnvironment;
  readonly logger: Logger;
  readonly options: StartOptions;
  readonly opened: (() => Promise<void>)[];
  readonly closeAll: () => Promise<void>;
}

async function open<Config>(opening: Opening<Config>): Promise<RunningService> {
  const { definition, config, base, logger, options, opened } = opening;
  const connect = options.connect ?? amqplib.connect;
  const broker = new BrokerConnections({
    connect,
    url: base.AMQP_URL,
    namespace: base.AMQP_NAMESPACE,
    service: definition.name,
    logger,
  });
  opened.push(() => broker.close());
  await broker.open();
  await checkTopology({ connect, url: base.AMQP_URL, namespace: base.AMQP_NAMESPACE });
  const registry = new Registry();
  const clock = options.clock ?? (() => new Date());
  const storage = await openStorage(opening, { broker, registry, clock });
  const queries = new QueryClient(broker, clock);
  opened.push(() => queries.close());
  const readiness = new Readiness();
  const context = {
    config,
    storage,
    broker,
    queries,
    clock,
    random: options.random ?? Math.random,
  };
  const app = await NestFactory.create(
    CoreModule.forRoot({
      service: definition.name,
      context,
      readiness,
      registry,
      logger,
      feature: definition.module(context),
    }),
    { rawBody: true, abortOnError: false, logger: frameworkLogger(logger) },
  );
  opened.push(() => app.close());
  app.useGlobalFilters(new ProblemDetailsFilter((error) => logger.error({ err: error }, 'a request failed')));
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: requestRefused }));
  const server = new RabbitServer({ connections: broker, clock, isOutage: isDatabaseAway });
  measureQueues(registry, server);
  app.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.listen(base.PORT, base.HOST);
  readiness.isReady = true;
  const url = await app.getUrl();
  logger.info({ url }, `${definition.name} is ready`);
  return {
    name: definition.name,
    url,
    app,
    stop: async () => {
      readiness.isReady = false;
      await opening.closeAll();
      logger.info(`${definition.name} has stopped`);
    },
  };
}

async function openStorage<Config>(
  { definition, base, logger, opened }: Opening<Config>,
  { broker, registry, clock }: { broker: BrokerConnections; registry: Registry; clock: () => Date },
): Promise<ServiceStorage | null> {
  if (definition.schema === null || base.DATABASE_URL === undefined) return null;
  const database = await Database.connect({
    url: base.DATABASE_URL,
    service: definition.name,
    namespace: base.DATABASE_NAMESPACE,
    poolMax: base.DATABASE_POOL_MAX,
    entities: definition.schema.entities,
  });
  opened.push(() => database.close());
  const outbox = new Outbox(database);
  const stopped = new StoppedOutbox({ service: definition.name, database, outbox, clock, logger });
  const onStopped: StoppedOutbox['tell'] = (message) => stopped.tell(message);
  const relay = new OutboxRelay({ database, publisher: broker.publisher(), outbox, logger, onStopped });
  opened.push(() => relay.stop());
  measureOutbox(registry, relay);
  relay.start();
  const sweeping = sweepDaily(database, logger);
  opened.push(() => sweeping.stop());
  const inbox = new Inbox(database, logger);
  measureInbox(registry, inbox);
  return { database, outbox, inbox };
}
