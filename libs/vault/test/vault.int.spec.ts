import { type Database, schemaDrift, type ServiceSchema } from '@firmbridge/database';
import { createTestDatabase, fakeClock, type TestDatabase } from '@firmbridge/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { type SealPlace, Vault, vaultEntities, vaultMigrations } from '../src/index.js';

const schema: ServiceSchema = { service: 'auth', entities: vaultEntities, migrations: vaultMigrations };
const aKey = () => randomBytes(32).toString('base64');
const place: SealPlace = { table: 'connection', column: 'refresh_token', row: '7' };

describe('Vault', () => {
  const older = aKey();
  const newer = aKey();
  let server: TestDatabase;
  let database: Database;
  let vault: Vault;

  beforeAll(async () => {
    server = await createTestDatabase({ services: [schema] });
    database = await server.connect(schema);
    vault = new Vault({ database, keyring: `2026-05:${older}` });
  });

  afterAll(() => server?.drop());

  const wrappedKeys = (tenantId: string) =>
    database.inTenant(tenantId, (tx) =>
      tx.query<{ key_id: string; wrapped: string | null; kek_id: string }>(
        'select key_id, wrapped, kek_id from data_key',
      ),
    );

  it('opens what it sealed, also in another process and after the key was read again', async () => {
    const tenantId = randomUUID();
    const sealed = await vault.seal(tenantId, place, 'refresh-me');
    expect(sealed).not.toContain('refresh-me');
    expect(await vault.open(tenantId, place, sealed)).toBe('refresh-me');
    const elsewhere = new Vault({ database: await server.connect(schema), keyring: `2026-05:${older}` });
    expect(await elsewhere.open(tenantId.toUpperCase(), place, sealed)).toBe('refresh-me');
  });

  it('refuses a value that was moved to another row or another tenant', async () => {
    const [tenantId, other] = [randomUUID(), randomUUID()] as const;
    const sealed = await vault.seal(tenantId, place, 'refresh-me');
    await vault.seal(other, place, 'something');
    await expect(vault.open(tenantId, { ...place, row: '8' }, sealed)).rejects.toMatchObject({ code: 'vault.refused' });
    await expect(vault.open(other, place, sealed)).rejects.toMatchObject({ code: 'vault.no_data_key' });
  });

  it('refuses a wrapped key that was moved to another tenant', async () => {
    const [tenantId, other] = [randomUUID(), randomUUID()] as const;
    const sealed = await vault.seal(tenantId, place, 'refresh-me');
    const [stolen] = await wrappedKeys(tenantId);
    await database.inTenant(other, (tx) =>
      tx.query('insert into data_key (tenant_id, key_id, wrapped, kek_id) values ($1, $2, $3, $4)', [
        other,
        stolen?.key_id,
        stolen?.wrapped,
        stolen?.kek_id,
      ]),
    );
    await expect(vault.open(other, place, sealed)).rejects.toMatchObject({ code: 'vault.wrong_key' });
    await vault.destroyTenantKey(other);
  });

  it('makes one key when many seal for a new tenant at once, in two processes', async () => {
    const tenantId = randomUUID();
    const elsewhere = new Vault({ database: await server.connect(schema), keyring: `2026-05:${older}` });
    const sealed = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 ? vault : elsewhere).seal(tenantId, place, `value ${at}`)),
    );
    expect(await wrappedKeys(tenantId)).toHaveLength(1);
    const opened = await Promise.all(sealed.map((text) => vault.open(tenantId, place, text)));
    expect(opened).toEqual(sealed.map((_, at) => `value ${at}`));
  });

  it('wraps the keys anew when the key-encryption key changes, without touching sealed values', async () => {
    const tenantId = randomUUID();
    const sealed = await vault.seal(tenantId, place, 'refresh-me');
    const rotated = new Vault({ database, keyring: `2026-11:${newer},2026-05:${older}` });
    expect(await rotated.open(tenantId, place, sealed)).toBe('refresh-me');
    expect(await rotated.countToRewrap()).toBeGreaterThan(0);
    expect(await rotated.rewrap(tenantId)).toBe('rewrapped');
    expect(await rotated.rewrap(tenantId)).toBe('unchanged');
    expect(await rotated.rewrap(randomUUID())).toBe('unchanged');
    const onlyNewer = new Vault({ database, keyring: `2026-11:${newer}` });
    expect(await onlyNewer.open(tenantId, place, sealed)).toBe('refresh-me');
    await expect(onlyNewer.check()).rejects.toMatchObject({ code: 'vault.unknown_key' });
    await rotated.destroyTenantKey(tenantId);
  });

  it('refuses to start without a key, with a short one, and its check notices a wrong one', async () => {
    await vault.seal(randomUUID(), place, 'something');
    expect(() => new Vault({ database, keyring: '' })).toThrow(
      expect.objectContaining({ code: 'vault.no_key' }) as Error,
    );
    expect(() => new Vault({ database, keyring: '2026-05:c2hvcnQ=' })).toThrow(
      expect.objectContaining({ code: 'vault.bad_key' }) as Error,
    );
    await vault.check();
    const wrong = new Vault({ database, keyring: `2026-05:${aKey()}` });
    await expect(wrong.check()).rejects.toMatchObject({ code: 'vault.wrong_key' });
  });

  it('notices at its check that a key is another one under the same name, before that key has wrapped anything', async () => {
    const withNext = (key: string) => new Vault({ database, keyring: `next:${key},2026-05:${older},2026-11:${newer}` });
    const right = aKey();
    await withNext(right).check();
    await withNext(right).check();
    await expect(withNext(aKey()).check()).rejects.toMatchObject({ code: 'vault.wrong_key' });
    // Once it is taken out of the keyring, its name is of no interest.
    await vault.check();
  });

  it('makes everything of a tenant unreadable when its key is destroyed, and begins anew after', async () => {
    const [tenantId, other] = [randomUUID(), randomUUID()] as const;
    const [sealed, kept] = [
      await vault.seal(tenantId, place, 'mine'),
      await vault.seal(other, place, 'theirs'),
    ] as const;
    await vault.open(tenantId, place, sealed);
    await vault.destroyTenantKey(tenantId);
    expect(await wrappedKeys(tenantId)).toMatchObject([{ wrapped: null }]);
    await expect(vault.open(tenantId, place, sealed)).rejects.toMatchObject({ code: 'vault.no_data_key' });
    expect(await vault.open(other, place, kept)).toBe('theirs');
    expect(await vault.open(tenantId, place, await vault.seal(tenantId, place, 'again'))).toBe('again');
  });

  it('lets another process read on only until its copy of the key is old', async () => {
    const tenantId = randomUUID();
    const clock = fakeClock();
    const elsewhere = new Vault({ database, keyring: `2026-05:${older}`, clock: clock.now });
    const sealed = await elsewhere.seal(tenantId, place, 'mine');
    await elsewhere.open(tenantId, place, sealed);
    await vault.destroyTenantKey(tenantId);
    clock.advance(300_000);
    await expect(elsewhere.open(tenantId, place, sealed)).rejects.toMatchObject({ code: 'vault.no_data_key' });
  });

  it('describes its table to the object-relational mapper as it is', async () => {
    expect(await schemaDrift(database)).toBe('');
  });
});
