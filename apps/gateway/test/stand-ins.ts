import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AppError,
  auditMessages,
  authMessages,
  mappingMessages,
  syncMessages,
  type Connection,
  type DataOf,
  type EntityView,
  type Message,
  type ReplyOf,
  type Run,
  type Transaction,
} from '@firmbridge/contracts';
import {
  Answers,
  BrokerConnections,
  Consumes,
  PassThroughRpcFilter,
  RabbitServer,
  topology,
  type BrokerOptions,
} from '@firmbridge/messaging';

const { listConnections, beginAuthorization, addPrivateToken, createPairing } = authMessages;
const { startRun, getRuns } = syncMessages.clioSyncMessages;
const { searchEntities, countEntities } = mappingMessages;
const { searchTransactions, searchProblems } = auditMessages;

type Pairing = ReplyOf<typeof listConnections>['pairings'][number];
type Problem = ReplyOf<typeof searchProblems>['problems'][number];

/** What the services behind the gateway know, and what they were asked. */
export class Platform {
  connections: Connection[] = [];
  pairings: Pairing[] = [];
  runs: Run[] = [];
  entities: EntityView[] = [];
  transactions: Transaction[] = [];
  problems: Problem[] = [];
  /** Answers longer than this are refused, as the real size limit would. */
  largestPage = 50;
  readonly received: Message[] = [];

  of<Data>(contract: { readonly type: string }): Message<Data>[] {
    return this.received.filter(({ type }) => type === contract.type) as Message<Data>[];
  }

  note(message: Message): void {
    this.received.push(message);
  }

  page<Item>(items: Item[], limit: number): Item[] {
    if (limit > this.largestPage) throw new AppError('validation', 'query.reply_too_large', 'Ask for less at a time.');
    return items.slice(0, limit);
  }

  reset(): void {
    Object.assign(this, new Platform());
    this.received.length = 0;
  }
}

function auth(platform: Platform): Type {
  @Controller()
  class Auth {
    @Answers(listConnections)
    list(): ReplyOf<typeof listConnections> {
      return { connections: platform.connections, pairings: platform.pairings };
    }

    @Answers(beginAuthorization)
    begin(message: Message<DataOf<typeof beginAuthorization>>): ReplyOf<typeof beginAuthorization> {
      platform.note(message);
      return { authorizeUrl: 'https://app.clio.com/oauth/authorize?state=s', expiresAt: '2026-01-15T10:10:00.000Z' };
    }

    @Answers(addPrivateToken)
    addToken(message: Message<DataOf<typeof addPrivateToken>>): Connection {
      platform.note(message);
      const [connection] = platform.connections;
      if (connection) return connection;
      throw new AppError('unauthorized', 'ghl.token_refused', 'GoHighLevel refused the token.');
    }

    @Consumes(createPairing, { queue: 'auth.create-pairing' })
    pair(message: Message<DataOf<typeof createPairing>>): void {
      platform.note(message);
    }
  }
  return Auth;
}

function clioSync(platform: Platform): Type {
  @Controller()
  class ClioSync {
    @Answers(getRuns)
    runs({ data }: Message<DataOf<typeof getRuns>>): ReplyOf<typeof getRuns> {
      const wanted = platform.runs.filter(({ runId }) => data.runId === null || runId === data.runId);
      return { runs: platform.page(wanted, data.limit) };
    }

    @Consumes(startRun, { queue: 'clio-sync.start-run' })
    start(message: Message<DataOf<typeof startRun>>): void {
      platform.note(message);
    }
  }
  return ClioSync;
}

function mapping(platform: Platform): Type {
  @Controller()
  class Mapping {
    @Answers(searchEntities)
    search(message: Message<DataOf<typeof searchEntities>>): ReplyOf<typeof searchEntities> {
      platform.note(message);
      const { entityId, limit } = message.data;
      const wanted = platform.entities.filter((entity) => entityId === null || entity.entityId === entityId);
      return { entities: platform.page(wanted, limit), nextCursor: wanted.length > limit ? 'more' : null };
    }

    @Answers(countEntities)
    count(): ReplyOf<typeof countEntities> {
      return { counts: [{ entityType: 'contact', count: platform.entities.length }] };
    }
  }
  return Mapping;
}

function auditLog(platform: Platform): Type {
  @Controller()
  class AuditLog {
    @Answers(searchTransactions)
    transactions(message: Message<DataOf<typeof searchTransactions>>): ReplyOf<typeof searchTransactions> {
      platform.note(message);
      return { transactions: platform.page(platform.transactions, message.data.limit), nextCursor: null };
    }

    @Answers(searchProblems)
    problems(message: Message<DataOf<typeof searchProblems>>): ReplyOf<typeof searchProblems> {
      platform.note(message);
      return { problems: platform.page(platform.problems, message.data.limit), nextCursor: null };
    }
  }
  return AuditLog;
}

const services = {
  auth: { controller: auth, queues: ['auth.create-pairing'] },
  'clio-sync': { controller: clioSync, queues: ['clio-sync.start-run'] },
  mapping: { controller: mapping, queues: [] as string[] },
  'audit-log': { controller: auditLog, queues: [] as string[] },
};
export type StandIn = keyof typeof services;

/** Answers for the services behind the gateway, over the real broker. */
export async function startStandIn(
  service: StandIn,
  platform: Platform,
  broker: Pick<BrokerOptions, 'connect' | 'url' | 'namespace'>,
): Promise<() => Promise<void>> {
  const { controller, queues } = services[service];
  const manifest = { ...topology, queues: topology.queues.filter(({ name }) => queues.includes(name)) };
  const connections = new BrokerConnections({ ...broker, service, manifest });
  class StandInModule {}
  Module({ controllers: [controller(platform)] })(StandInModule);
  const strategy = new RabbitServer({ connections, clock: () => new Date() });
  const app = await NestFactory.createMicroservice(StandInModule, { strategy, logger: false });
  app.useGlobalFilters(new PassThroughRpcFilter());
  await app.listen();
  return async () => {
    await app.close();
    await connections.close();
  };
}
