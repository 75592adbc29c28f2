import { postgresInbox } from '@firmbridge/subscriber';
import { anEntity, play } from '@firmbridge/subscriber/kit';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import pg from 'pg';
import { openMatters, openMatterTable } from '../src/open-matters.js';

const badDay = (seed: number) => ({ duplicates: 0.5, reordering: 12, seed });

describe('open matters', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [] });
    pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => undefined);
    await postgresInbox(pool).createTables();
    await pool.query(openMatterTable);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('are those that are open and not deleted, whatever comes twice and late', async () => {
    let undone = 0;
    for (const seed of [1, 2, 3, 4, 5]) {
      await pool.query('truncate open_matter');
      const report = await play(openMatters(postgresInbox(pool)), aDayAtTheFirm(), badDay(seed));
      const { rows } = await pool.query('select number, description from open_matter order by number');
      expect(rows).toMatchObject([{ number: '1' }, { number: '4', description: 'once more' }]);
      expect(report).toMatchObject({ retried: 0, deadLettered: [] });
      undone += report.duplicates * report.stale;
    }
    expect(undone).toBeGreaterThan(0);
  });

  it('are only told where there is no database', async () => {
    const matter = anEntity('matter');
    expect(await play(openMatters(), [matter.created()], { duplicates: 1 })).toMatchObject({
      handled: 2,
      duplicates: 0,
    });
  });
});

/** One matter stays open, one is closed, one deleted, and one closed and opened again. */
function aDayAtTheFirm() {
  const matter = (number: string) => anEntity('matter', { state: { number, status: 'open' } });
  const [open, closed, deleted, reopened] = [matter('1'), matter('2'), matter('3'), matter('4')];
  return [
    ...[open, closed, deleted, reopened].map((one) => one.created()),
    closed.updated({ status: 'closed' }),
    reopened.updated({ status: 'closed' }),
    reopened.updated({ status: 'open', description: 'once more' }),
    deleted.deleted(),
  ];
}
