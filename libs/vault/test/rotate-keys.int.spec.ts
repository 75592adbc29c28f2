import { type Database, type ServiceSchema } from '@firmbridge/database';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { RotateKeys, type SealPlace, Vault, vaultEntities, vaultMigrations } from '../src/index.js';

const schema: ServiceSchema = { service: 'auth', entities: vaultEntities, migrations: vaultMigrations };
const aKey = () => randomBytes(32).toString('base64');

interface Secret {
  readonly tenantId: string;
  readonly place: SealPlace;
  readonly sealed: string;
  readonly text: string;
}

describe('a rotation of keys', () => {
  const [older, newer] = [aKey(), aKey()] as const;
  const before = `2026-05:${older}`;
  const during = `2026-11:${newer},2026-05:${older}`;
  const third = `2027-05:${aKey()}`;
  const next = `${third},${during}`;
  let server: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    server = await createTestDatabase({ services: [schema] });
    database = await server.connect(schema);
  });
  afterAll(() => server?.drop());

  /** So many secrets in each of so many tenants. */
  async function seal(vault: Vault, tenants: number, each: number): Promise<Secret[]> {
    const secrets: Secret[] = [];
    for (let tenant = 0; tenant < tenants; tenant++) {
      const tenantId = randomUUID();
      for (let row = 0; row < each; row++) {
        const place = { table: 'credential', column: 'refresh_token', row: String(row) };
        const text = `secret ${tenant}/${row}`;
        secrets.push({ tenantId, place, text, sealed: await vault.seal(tenantId, place, text) });
      }
    }
    return secrets;
  }

  async function unreadableOf(vault: Vault, secrets: readonly Secret[]): Promise<number> {
    const opened = await Promise.allSettled(secrets.map((each) => vault.open(each.tenantId, each.place, each.sealed)));
    return opened.filter((each, at) => each.status === 'rejected' || each.value !== secrets[at]?.text).length;
  }

  const keyIds = async () => {
    const rows = await database.acrossTenants((tx) =>
      tx.query<{ id: string }>('select distinct kek_id as id from data_key where destroyed_at is null'),
    );
    return rows.map(({ id }) => id);
  };

  it('goes on under readers of 2 000 secrets, in steps that tell how far they are, and no read fails', async () => {
    const secrets = await seal(new Vault({ database, keyring: before }), 400, 5);
    const rotating = new Vault({ database, keyring: during });
    const rotate = new RotateKeys(rotating);
    // Replicas that know both keys and remember none, so that each read unwraps what the rotation may just have replaced.
    const readers = [before, during].map(
      (keyring) =>
        new Vault({ database, keyring: keyring === before ? `${before},2026-11:${newer}` : during, cacheMs: 0 }),
    );
    let isRotating = true;
    const reads = readers.map(async (reader, at) => {
      let [count, failed] = [0, 0];
      for (let from = at * 7; isRotating || count === 0; from = (from + 50) % secrets.length) {
        const some = secrets.slice(from, from + 50);
        failed += await unreadableOf(reader, some);
        count += some.length;
      }
      return { count, failed };
    });

    const left: number[] = [];
    for (;;) {
      const step = await rotate.execute({ keyId: '2026-11', limit: 40 });
      expect(step.currentKeyId).toBe('2026-11');
      left.push(step.left);
      if (step.left === 0) break;
    }
    isRotating = false;

    expect(left).toEqual([360, 320, 280, 240, 200, 160, 120, 80, 40, 0]);
    for (const { count, failed } of await Promise.all(reads)) {
      expect(count).toBeGreaterThan(0);
      expect(failed).toBe(0);
    }
    expect(await keyIds()).toEqual(['2026-11']);
    const after = new Vault({ database, keyring: `2026-11:${newer}` });
    await after.check();
    expect(await unreadableOf(after, secrets)).toBe(0);
  }, 60_000);

  it('may be done by several at once and broken off anywhere', async () => {
    const two = [1, 2].map(() => new RotateKeys(new Vault({ database, keyring: next })));
    const total = await new Vault({ database, keyring: next }).countToRewrap();
    const steps = await Promise.all(two.map((rotate) => rotate.execute({ keyId: '2027-05', limit: 300 })));
    const rewrapped = steps.reduce((sum, step) => sum + step.rewrapped, 0);
    expect(rewrapped).toBeLessThanOrEqual(total);
    const [first] = two;
    expect(await first?.execute({ keyId: '2027-05', limit: 1_000 })).toMatchObject({
      rewrapped: total - rewrapped,
      left: 0,
    });
    expect(await first?.execute({ keyId: '2027-05', limit: 1_000 })).toEqual({
      currentKeyId: '2027-05',
      rewrapped: 0,
      left: 0,
    });
  });

  it('is not turned back by a replica that has not got the new key in front yet', async () => {
    const notYet = `2026-11:${newer},${third},2026-05:${older}`;
    const behind = new RotateKeys(new Vault({ database, keyring: notYet }));
    const { left } = await behind.execute({ keyId: null, limit: 1_000 });
    expect(left).toBeGreaterThan(0);
    await expect(behind.execute({ keyId: '2027-05', limit: 1_000 })).rejects.toMatchObject({
      code: 'vault.another_current_key',
      message: expect.stringContaining('"2026-11" instead of "2027-05"'),
    });
    expect(await behind.execute({ keyId: null, limit: 1_000 })).toEqual({
      currentKeyId: '2026-11',
      rewrapped: 0,
      left,
    });
  });

  it('leaves the keys that were destroyed destroyed', async () => {
    const vault = new Vault({ database, keyring: next });
    const old = new Vault({ database, keyring: before });
    const [gone, kept] = await seal(old, 2, 1);
    await old.destroyTenantKey(gone!.tenantId);
    expect(await new RotateKeys(vault).execute({ keyId: '2027-05', limit: 10 })).toMatchObject({
      rewrapped: 1,
      left: 0,
    });
    expect(await unreadableOf(vault, [kept!])).toBe(0);
    expect(await unreadableOf(vault, [gone!])).toBe(1);
  });
});
