import {
  auditMessages,
  formatActor,
  type Actor,
  type DataOf,
  type DeadLetter,
  type Message,
  type QueryContract,
  type ReplyOf,
} from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, BrokerConnections, Inbox, Outbox, type DrainedLetter } from '@firmbridge/messaging';
import { CLOCK, createLogger, LOGGER, SERVICE_NAME } from '@firmbridge/service';
import { createTestDatabase, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Registry } from 'prom-client';
import { AuditLogModule } from '../src/app.module.js';
import { DiscardDeadLetters } from '../src/application/dead-letters/discard-dead-letters.js';
import { EditDeadLetter } from '../src/application/dead-letters/edit-dead-letter.js';
import { GetDeadLetter } from '../src/application/dead-letters/get-dead-letter.js';
import { GroupDeadLetters } from '../src/application/dead-letters/group-dead-letters.js';
import { KeepDeadLetter } from '../src/application/dead-letters/keep-dead-letter.js';
import { ResendDeadLetters } from '../src/application/dead-letters/resend-dead-letters.js';
import { SearchDeadLetters } from '../src/application/dead-letters/search-dead-letters.js';
import { nilTenantId } from '../src/domain/dead-letter.js';
import { auditLog } from '../src/index.js';
import { aDrainedLetter } from './builders/a-drained-letter.js';

export const operator: Actor = { kind: 'person', id: 'olga', roles: ['operator'] };
export const viewer: Actor = { kind: 'person', id: 'victor', roles: ['viewer'] };
export const platformKey: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };

const queries = {
  search: [auditMessages.searchDeadLetters, SearchDeadLetters],
  get: [auditMessages.getDeadLetter, GetDeadLetter],
  group: [auditMessages.groupDeadLetters, GroupDeadLetters],
  resend: [auditMessages.resendDeadLetters, ResendDeadLetters],
  discard: [auditMessages.discardDeadLetters, DiscardDeadLetters],
  edit: [auditMessages.editDeadLetter, EditDeadLetter],
} as const;
type Queries = typeof queries;
type Question<Name extends keyof Queries> = DataOf<Queries[Name][0]>;
type Answer<Name extends keyof Queries> = ReplyOf<Queries[Name][0]>;

/** The use cases of audit-log on a database and a broker of their own, wired as in the service; nothing runs by itself. */
export class AuditLogHarness {
  private constructor(
    private readonly testDatabase: TestDatabase,
    private readonly broker: LocalBroker,
    private readonly module: TestingModule,
    readonly database: Database,
    readonly connections: BrokerConnections,
  ) {}

  static async start(): Promise<AuditLogHarness> {
    const testDatabase = await createTestDatabase({ services: [auditLog.schema!] });
    const database = await testDatabase.connect(auditLog.schema!);
    const broker = await LocalBroker.open({ databaseUrl: testDatabase.url });
    const place = { connect: broker.connect, url: 'amqp://local', namespace: testNamespace() };
    await applyTopology(place);
    const connections = new BrokerConnections({ ...place, service: 'audit-log' });
    await connections.open();
    const providers = [
      { provide: Database, useValue: database },
      { provide: Inbox, useValue: new Inbox(database) },
      { provide: Outbox, useValue: new Outbox(database) },
      { provide: BrokerConnections, useValue: connections },
      { provide: Registry, useValue: new Registry() },
      { provide: CLOCK, useValue: () => new Date() },
      { provide: LOGGER, useValue: createLogger('audit-log', 'silent') },
      { provide: SERVICE_NAME, useValue: 'audit-log' },
    ];
    @Global()
    @Module({ providers, exports: providers.map(({ provide }) => provide) })
    class Infrastructure {}
    const module = await Test.createTestingModule({ imports: [Infrastructure, AuditLogModule] }).compile();
    return new AuditLogHarness(testDatabase, broker, module, database, connections);
  }

  async stop(): Promise<void> {
    await this.module.close();
    await this.connections.close();
    await this.broker.close();
    await this.testDatabase.drop();
  }

  get<T>(type: abstract new (...parameters: never[]) => T): T {
    return this.module.get<T>(type);
  }

  async asOwner(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.testDatabase.url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  aFirm(): Firm {
    return new Firm(this, randomUUID());
  }

  /** The letters without tenant, for whoever runs the platform. */
  thePlatform(): Firm {
    return new Firm(this, randomUUID(), platformKey, 'platform');
  }

  async deleteQueue(queue: string): Promise<void> {
    const model = await this.broker.connect('amqp://local');
    await (await model.createChannel()).deleteQueue(`${this.connections.namespace}.${queue}`);
    await model.close();
  }

  async applyTopology(): Promise<void> {
    const { namespace } = this.connections;
    await applyTopology({ connect: this.broker.connect, url: 'amqp://local', namespace });
  }

  /** What lies in a queue of the broker, taken from it. */
  async take(queue: string) {
    const model = await this.broker.connect('amqp://local');
    const channel = await model.createChannel();
    const taken = [];
    for (;;) {
      const message = await channel.get(`${this.connections.namespace}.${queue}`, { noAck: true });
      if (message === false) break;
      taken.push(message);
    }
    await model.close();
    return taken;
  }
}

/** Someone's view of dead letters: a tenant, who asks, and the scope. */
export class Firm {
  constructor(
    private readonly harness: AuditLogHarness,
    readonly tenantId: string,
    private readonly actor: Actor = operator,
    private readonly scope: 'tenant' | 'platform' = 'tenant',
  ) {}

  as(actor: Actor, scope = this.scope): Firm {
    return new Firm(this.harness, this.tenantId, actor, scope);
  }

  /** Keeps a letter of this tenant and gives it back as a search shows it. */
  async hasLetter(facts: Parameters<typeof aDrainedLetter>[1] = {}): Promise<DeadLetter> {
    return this.keeps(aDrainedLetter(this.tenantId, facts));
  }

  async keeps(letter: DrainedLetter): Promise<DeadLetter> {
    const before = new Set((await this.letters()).map(({ deadLetterId }) => deadLetterId));
    await this.harness.get(KeepDeadLetter).execute(letter);
    const [added] = (await this.letters()).filter(({ deadLetterId }) => !before.has(deadLetterId));
    if (added === undefined) throw new Error('no letter was added');
    return added;
  }

  async letters(criteria: Partial<Question<'search'>> = {}): Promise<DeadLetter[]> {
    return (await this.search(criteria)).deadLetters;
  }

  search(criteria: Partial<Question<'search'>> = {}): Promise<Answer<'search'>> {
    const nothing = { state: null, queue: null, type: null, fingerprint: null, limit: 50, cursor: null };
    return this.ask('search', { ...nothing, scope: this.scope, ...criteria });
  }

  open(deadLetterId: string): Promise<Answer<'get'>> {
    return this.ask('get', { scope: this.scope, deadLetterId });
  }

  async groups(limit = 50): Promise<Answer<'group'>['groups']> {
    return (await this.ask('group', { scope: this.scope, limit })).groups;
  }

  resend(which: Partial<Question<'resend'>['selection']>, perSecond = 10): Promise<Answer<'resend'>> {
    return this.ask('resend', { scope: this.scope, selection: selection(which), perSecond });
  }

  discard(which: Partial<Question<'discard'>['selection']>, reason = 'not needed'): Promise<Answer<'discard'>> {
    return this.ask('discard', { scope: this.scope, selection: selection(which), reason });
  }

  edit(deadLetterId: string, data: Record<string, unknown>): Promise<Answer<'edit'>> {
    return this.ask('edit', { deadLetterId, data, reason: 'the id was wrong' });
  }

  query<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    const owner = this.scope === 'tenant' ? this.tenantId : nilTenantId;
    return this.harness.database.inTenant(owner, (tx) => tx.query<Row>(sql, params));
  }

  /** Through the schemas of question and reply, as over the broker. */
  private async ask<Name extends keyof Queries>(name: Name, data: Question<Name>): Promise<Answer<Name>> {
    const [contract, useCase] = queries[name] as readonly [QueryContract, new (...given: never[]) => UseCase];
    const message: Message = {
      id: randomUUID(),
      type: contract.type,
      source: 'firmbridge/gateway',
      time: new Date().toISOString(),
      subject: undefined,
      tenantId: this.tenantId,
      correlationId: randomUUID(),
      causationId: undefined,
      traceparent: undefined,
      actor: this.actor,
      entityVersion: undefined,
      data: contract.data.parse(data),
    };
    return contract.reply.parse(await this.harness.get(useCase).execute(message)) as Answer<Name>;
  }
}

interface UseCase {
  execute(message: Message): Promise<unknown>;
}

function selection(which: Partial<Question<'resend'>['selection']>): Question<'resend'>['selection'] {
  return { deadLetterIds: null, fingerprint: null, queue: null, ...which };
}

export const nameOf = (actor: Actor) => formatActor({ ...actor, roles: [] });
