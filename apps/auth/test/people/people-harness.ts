import { systemActor, type Actor, type Role } from '@firmbridge/contracts';
import { createTestDatabase, eventually, type TestDatabase } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import type { Conversation } from '../../src/application/conversation.js';
import type { OpenedSession } from '../../src/application/sessions/open-session.js';
import { peopleConfig, peopleEnvironment } from '../../src/people-config.js';
import { composePeopleUseCases } from '../../src/people-use-cases.js';
import { authMigrations } from '../../src/persistence/migrations.js';
import { authTables } from '../../src/persistence/tables.js';

export type People = ReturnType<typeof composePeopleUseCases>;

export const goodPassword = 'harbour kite 94 lamp';
const schema = { service: 'auth', entities: authTables, migrations: authMigrations };

/** A database for one suite; any number of replicas over it. */
export class PeopleHarness {
  private constructor(
    readonly database: TestDatabase,
    private readonly owner: pg.Client,
  ) {}

  static async start(): Promise<PeopleHarness> {
    const database = await createTestDatabase({ services: [schema] });
    const owner = new pg.Client({ connectionString: database.url, options: '-c search_path=auth' });
    await owner.connect();
    return new PeopleHarness(database, owner);
  }

  async stop(): Promise<void> {
    await this.owner.end();
    await this.database.drop();
  }

  connect() {
    return this.database.connect(schema);
  }

  async replica(env: Record<string, string> = {}): Promise<People> {
    const config = peopleConfig(z.object(peopleEnvironment).parse(env));
    return composePeopleUseCases(config, await this.connect());
  }

  async sql<Row extends pg.QueryResultRow>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.owner.query<Row>(text, [...parameters])).rows;
  }

  /** Brings each step to where it changes the person, lets none through before all are there, and then in this order. */
  async inOrder<T>(personId: string, steps: readonly (() => Promise<T>)[]): Promise<T[]> {
    const holder = new pg.Client({ connectionString: this.database.url, options: '-c search_path=auth' });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from person where person_id = $1 for update', [personId]);
      const running: Promise<T>[] = [];
      for (const step of steps) {
        running.push(step());
        await eventually(async () => (await this.waitingForLocks()) === running.length);
      }
      await holder.query('commit');
      return await Promise.all(running);
    } finally {
      await holder.end();
    }
  }

  private async waitingForLocks(): Promise<number> {
    const [row] = await this.sql<{ count: number }>(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return row?.count ?? 0;
  }

  /** Makes what was written of sessions, tokens and attempts look as if it had happened so much earlier. */
  async goBack(table: 'session' | 'setup_token' | 'login_attempt' | 'api_key', interval: string): Promise<void> {
    const columns = {
      session: ['created_at', 'last_used_at', 'expires_at'],
      setup_token: ['expires_at'],
      login_attempt: ['last_attempt_at', 'locked_until'],
      api_key: ['created_at', 'expires_at'],
    }[table];
    const changes = columns.map((column) => `${column} = ${column} - interval '${interval}'`);
    await this.sql(`update ${table} set ${changes.join(', ')}`);
  }
}

let people = 0;
/** An address nobody has. */
export function anEmail(): string {
  people += 1;
  return `person-${people}@${randomUUID().slice(0, 8)}.example`;
}

let sources = 0;
/** An address from which nobody has come. */
export function aSource(): string {
  sources += 1;
  return `198.51.${Math.floor(sources / 250)}.${(sources % 250) + 1}`;
}

export interface Firm {
  readonly tenantId: string;
  readonly email: string;
  readonly password: string;
  readonly personId: string;
  /** As the administrator. */
  readonly admin: Conversation;
  readonly opened: OpenedSession;
}

export function theSystem(tenantId: string): Conversation {
  return { tenantId, actor: systemActor('standalone'), correlationId: randomUUID() };
}

/** A firm that has just been set up. */
export async function aFirm(people: People, password = goodPassword): Promise<Firm> {
  const tenantId = randomUUID();
  const email = anEmail();
  const { setupToken } = await people.createSetupLink.execute(theSystem(tenantId));
  const answers = { setupToken, password, email, name: 'Imogen Vale', firmName: 'Juniper & Vale LLP' };
  const opened = await people.redeemSetup.execute(answers);
  const { personId } = opened.session.person;
  return { tenantId, email, password, personId, opened, admin: as(tenantId, personId, ['admin']) };
}

export function as(tenantId: string, personId: string, roles: Role[]): Conversation {
  const actor: Actor = { kind: 'person', id: personId, roles };
  return { tenantId, actor, correlationId: randomUUID() };
}

/** A colleague who has accepted the invitation. */
export async function aColleague(people: People, firm: Firm, roles: Role[], password = goodPassword) {
  const email = anEmail();
  const invitation = await people.invitePerson.execute({ email, name: 'Theo Marsh', roles }, firm.admin);
  const { setupToken, personId } = invitation;
  const answers = { setupToken, password, name: 'Theo Marsh', email: null, firmName: null };
  const opened = await people.redeemSetup.execute(answers);
  return { email, password, personId, opened, conversation: as(firm.tenantId, personId, roles) };
}

export function logIn(people: People, who: { email: string; password: string }, sourceAddress = aSource()) {
  const { email, password } = who;
  return people.logIn.execute({ email, password, sourceAddress, previousSessionToken: null });
}

/** The code of the refusal, or what came out instead. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (outcome) => ({ outcome }),
    (error: { code?: string }) => error.code ?? error,
  );
}
