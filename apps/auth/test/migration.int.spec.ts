import { migrate, type ServiceSchema } from '@firmbridge/database';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import pg from 'pg';
import { auth } from '../src/index.js';

describe('the migrations of auth', () => {
  const schema = auth.schema!;
  const later = ['auth-connections-0002', 'auth-sagas-0001', 'vault-002-key-rotation'];
  const before: ServiceSchema = {
    ...schema,
    migrations: schema.migrations.filter(({ name }) => !later.includes(name)),
  };
  let database: TestDatabase;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase({ services: [before] });
    admin = new pg.Client({ connectionString: database.url, options: '-c search_path=auth' });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  it('plan a refresh for the tokens that are there, and leave private ones without', async () => {
    const connections = `
      insert into connection (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, credential,
                              established_at, changed_at)
      select gen_random_uuid(), gen_random_uuid(), 'ghl', 'global', kind, kind, 'https://api.example', 'active',
             case kind when 'private' then 'private_token' else 'oauth' end, now(), now()
        from unnest(array['day', 'short', 'private']) kind`;
    const credentials = `
      insert into credential (tenant_id, connection_id, access_token, refresh_token, generation, granted_at, expires_at, failure_count)
      select tenant_id, connection_id, 'sealed', 'sealed', 1, now(),
             case account_id when 'day' then now() + interval '1 day' when 'short' then now() + interval '1 minute' end, 0
        from connection`;
    for (const statement of [connections, credentials]) await admin.query(statement);

    await migrate({ url: database.url, namespace: database.namespace, services: [schema] });

    const { rows } = await admin.query<{ account_id: string; role: string; margin: number | null }>(
      `select account_id, role, extract(epoch from expires_at - refresh_at)::float8 as margin
         from credential join connection using (tenant_id, connection_id) order by account_id`,
    );
    expect(rows).toEqual([
      { account_id: 'day', role: 'account', margin: 600 },
      { account_id: 'private', role: 'account', margin: null },
      { account_id: 'short', role: 'account', margin: 6 },
    ]);
  });
});
