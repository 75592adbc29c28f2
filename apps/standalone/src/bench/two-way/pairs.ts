import pg from 'pg';
import { z } from 'zod';
import { until } from '../../faults/until.js';
import type { BenchSandbox } from '../bench-sandbox.js';

/** A contact that both sides have. */
export interface Pair {
  readonly clioId: string;
  readonly ghlId: string;
}

export type Side = 'clio' | 'ghl';

const clioPerson = z.object({ type: z.string(), last_name: z.string().nullish() });
const ghlPerson = z.object({ lastName: z.string().nullish() });
const patienceMs = 120_000;

/** The contacts of the sandbox firm on both sides, as people see and change them there. */
export class Pairs {
  private constructor(
    private readonly sandbox: BenchSandbox,
    readonly all: readonly Pair[],
  ) {}

  /** Once both sides agree on everything that they have, the persons among the contacts. */
  static async settled(sandbox: BenchSandbox, databaseUrl: string): Promise<Pairs> {
    const database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    try {
      await until(async () => isAtRest(database), {
        timeoutMs: patienceMs,
        intervalMs: 500,
        what: () => 'both sides to agree for the first time',
      });
      const { rows } = await database.query<Pair>(
        `select clio_record_id as "clioId", ghl_record_id as "ghlId" from mapping.agreement
         where entity_type = 'contact' and halted = '{}' and not exists (
           select from mapping.conflict c where c.agreement_id = agreement.agreement_id and c.state = 'open')
         order by clio_record_id`,
      );
      const kinds = await Promise.all(rows.map(async (pair) => (await clioOf(sandbox, pair)).type));
      return new Pairs(
        sandbox,
        rows.filter((_, index) => kinds[index] === 'Person'),
      );
    } finally {
      await database.end();
    }
  }

  async rename(side: Side, { clioId, ghlId }: Pair, lastName: string): Promise<void> {
    if (side === 'clio')
      await this.sandbox.control('PATCH', `/clio/records/contacts/${clioId}`, { last_name: lastName });
    else await this.sandbox.control('PATCH', `/ghl/contacts/${ghlId}`, { lastName });
  }

  async nameAt(side: Side, pair: Pair): Promise<string | null> {
    if (side === 'clio') return (await clioOf(this.sandbox, pair)).last_name ?? null;
    return ghlPerson.parse(await this.sandbox.control('GET', `/ghl/contacts/${pair.ghlId}`)).lastName ?? null;
  }
}

async function clioOf(sandbox: BenchSandbox, { clioId }: Pair) {
  return clioPerson.parse(await sandbox.control('GET', `/clio/records/contacts/${clioId}`));
}

/** Nothing is read, asked or written any more, and has not been for a moment. */
async function isAtRest(database: pg.Client): Promise<boolean> {
  const { rows } = await database.query<{ busy: number; agreements: number }>(
    `select (select count(*) from clio_sync.run where finished_at is null)::int
          + (select count(*) from ghl_sync.run where finished_at is null)::int
          + (select count(*) from clio_sync.dirty_record)::int + (select count(*) from ghl_sync.dirty_record)::int
          + (select count(*) from clio_sync.write_task where finished_at is null or finished_at > now() - interval '3 s')::int
          + (select count(*) from ghl_sync.write_task where finished_at is null or finished_at > now() - interval '3 s')::int
          + (select count(*) from mapping.outbox_message)::int as busy,
          (select count(*) from mapping.agreement)::int as agreements`,
  );
  const [row] = rows;
  return row !== undefined && row.busy === 0 && row.agreements > 0;
}
