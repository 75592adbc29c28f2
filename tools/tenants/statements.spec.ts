import { tenantlessTable, tenantTable, type ServiceSchema } from '@firmbridge/database';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { schemas } from '../../apps/standalone/src/services.js';
import { acrossTenants } from './across-tenants.js';
import { blindOrmQuestions, statementsIn } from './source-statements.js';
import { isMigration, lackOf, migrationsOf, tenantTablesIn } from './tenant-condition.js';

const root = path.resolve(import.meta.dirname, '../..');
// Fault tests and benchmarks look at the databases of a platform from outside.
const outside = /\.spec\.ts$|^apps\/standalone\/src\/(faults|bench)\//;
const sources = globSync('{apps,libs}/*/src/**/*.ts', { cwd: root })
  .filter((file) => !outside.test(file))
  .map((file) => ({ file, source: readFileSync(path.join(root, file), 'utf8') }));

describe('the statements on tables of tenants', () => {
  const migrations = migrationsOf(schemas);
  const tables = tenantTablesIn(migrations);
  const lacking = sources
    .flatMap(({ file, source }) => statementsIn(file, source))
    .map((statement) => ({ ...statement, lack: lackOf(statement.sql, tables) }))
    .filter(({ sql, lack }) => lack !== null && !isMigration(sql, migrations));
  const isListed = ({ file, owner }: { file: string; owner: string }) => acrossTenants[file]?.[owner] !== undefined;

  it('name the tenant they mean, unless they work over all of them for a reason that is written down', () => {
    const forgetful = lacking.filter((statement) => !isListed(statement));
    expect(forgetful.map(({ file, line, lack, sql }) => `${file}:${line} ${lack}: ${sql.slice(0, 100)}`)).toEqual([]);
  });

  it('are listed as working over all tenants only when they do', () => {
    const listed = Object.entries(acrossTenants).flatMap(([file, owners]) =>
      Object.keys(owners).map((owner) => `${file} ${owner}`),
    );
    const needed = new Set(lacking.filter(isListed).map(({ file, owner }) => `${file} ${owner}`));
    expect(listed.filter((entry) => !needed.has(entry))).toEqual([]);
  });

  it('are asked by the ORM for a tenant, too', () => {
    expect(sources.flatMap(({ file, source }) => blindOrmQuestions(file, source))).toEqual([]);
  });
});

describe('the check', () => {
  const post: ServiceSchema = {
    service: 'post',
    entities: [],
    migrations: [
      {
        name: '20260115-letter',
        up: (names) => [
          ...tenantTable(names, 'letter'),
          ...tenantTable(names, 'stamp'),
          ...tenantlessTable(names, 'van'),
          `update ${names.schema}.letter set pages = 1`,
        ],
      },
    ],
  };
  const migrations = migrationsOf([post]);
  const tables = tenantTablesIn(migrations);
  const lacks = (source: string) => statementsIn('post.ts', source).map(({ sql }) => lackOf(sql, tables));

  it('knows the tables of tenants by the migrations', () => {
    expect([...tables]).toEqual(['letter', 'stamp']);
  });

  it.each([
    ["tx.query('select 1 from letter where id = $1')", 'no tenant'],
    ["tx.query('select tenant_id from letter where id = $1')", 'no tenant'],
    ['tx.query(`delete from "${schema}".letter where id = $1`)', 'no tenant'],
    ["tx.query('update letter set pages = 2')", 'no tenant'],
    ["tx.query('select 1 from letter l where $1::uuid is null or l.tenant_id = $1')", 'no tenant'],
    ["tx.query('insert into letter (tenant_id, id) select tenant_id, id from van')", 'no tenant'],
    ["tx.query('select 1 from letter join stamp using (tenant_id, id) where id = $1')", 'no tenant'],
    [
      "tx.query('select 1 from letter l join stamp s on s.id = l.id where l.tenant_id = $1')",
      'a table without its tenant',
    ],
    ["const old = 'pages > 9';\ntx.query(`select 1 from letter where ${old}`)", 'no tenant'],
  ])('finds what is forgotten: %s', (source, lack) => {
    expect(lacks(source)).toEqual([lack]);
  });

  it.each([
    "tx.query('select 1 from letter where tenant_id = $1 and id = $2')",
    "tx.query('select 1 from letter where tenant_id = (select this_tenant()) and id = $1')",
    "tx.query('insert into letter (tenant_id, id) values ($1, $2)')",
    "const ours = 'tenant_id = $1 and pages > 9';\ntx.query(`select 1 from letter where ${ours}`)",
    "tx.query('select 1 from van where id = $1')",
  ])('is content with %s', (source) => {
    expect(lacks(source)).toEqual([null]);
  });

  it('takes no constant for another of the same name', () => {
    const source =
      "function one() { const which = 'tenant_id = $1'; return ask(which); }\n" +
      'function two(which: string) { return tx.query(`select 1 from letter where ${which}`); }';
    expect(lacks(source)).toEqual(['no tenant']);
  });

  it('leaves what migrations run to them', () => {
    expect(isMigration('update ${names.schema}.letter set pages = 1', migrations)).toBe(true);
    expect(isMigration('update ${names.schema}.letter set pages = 2', migrations)).toBe(false);
  });

  it('finds questions to the ORM without a tenant', () => {
    const blind = 'function all(tx) { return tx.em.find(letters, {}); }';
    const seeing = 'function all(tx, tenantId) { return tx.em.find(letters, { tenantId }); }';
    expect([blindOrmQuestions('post.ts', blind), blindOrmQuestions('post.ts', seeing)]).toEqual([['post.ts:1'], []]);
  });
});
