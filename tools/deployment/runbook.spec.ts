import { auditLog } from '@firmbridge/audit-log';
import { auth } from '@firmbridge/auth';
import { clioSync } from '@firmbridge/clio-sync';
import { ghlSync } from '@firmbridge/ghl-sync';
import { mapping } from '@firmbridge/mapping';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import pg from 'pg';
import { readWorkspaceFile } from './applications.js';

const page = readWorkspaceFile('docs/runbook.md');
const statements = [...page.matchAll(/^ *```sql\n([\s\S]*?)^ *```$/gm)].map(([, sql = '']) => sql.trim());

describe('docs/runbook.md', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    const services = [auditLog, auth, clioSync, ghlSync, mapping].flatMap(({ schema }) => schema ?? []);
    database = await createTestDatabase({ services });
  });
  afterAll(() => database.drop());

  it('has statements that fit the tables as they are', async () => {
    expect(statements.length).toBeGreaterThan(10);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const failures: string[] = [];
    for (const sql of statements) {
      await client.query(sql).catch((error: Error) => failures.push(`${error.message}\n${sql}`));
    }
    await client.end();
    expect(failures).toEqual([]);
  });

  it('links to sections that exist', () => {
    const anchors = [...page.matchAll(/^## (.+)$/gm)].map(([, title = '']) => {
      return `#${title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-')}`;
    });
    const links = [...page.matchAll(/\]\((#[^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
  });
});
