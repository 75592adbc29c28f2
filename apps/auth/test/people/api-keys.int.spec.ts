import {
  mayDo,
  permissionNames,
  type Actor,
  type KnownApiKey,
  type Permission,
  type Role,
} from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import { aFirm, PeopleHarness, refusalOf, type Firm, type People } from './people-harness.js';

describe('an API key', () => {
  let harness: PeopleHarness;
  let people: People;
  let firm: Firm;
  beforeAll(async () => {
    harness = await PeopleHarness.start();
    people = await harness.replica();
  });
  beforeEach(async () => {
    firm = await aFirm(people);
  });
  afterAll(() => harness.stop());

  interface Wish {
    readonly role?: Role;
    readonly permissions?: Permission[] | null;
    readonly expiresAt?: string | null;
  }
  const make = ({ role = 'operator', permissions = null, expiresAt = null }: Wish = {}, who = firm.admin) =>
    people.createApiKey.execute({ name: 'Reporting', role, permissions, expiresAt }, who);
  const check = (apiKey: string) => people.checkApiKey.execute({ apiKey });

  /** As the gateway makes one of it. */
  const actorOf = ({ keyId, role, permissions }: KnownApiKey): Actor => ({
    ...{ kind: 'key', id: keyId, roles: [role] },
    ...(permissions === null ? {} : { permissions }),
  });

  it('is told once, and recognised from then on', async () => {
    const { apiKey, key } = await make({ permissions: ['runs.read', 'runs.start', 'runs.read'] });
    expect(apiKey).toMatch(/^fbk_[0-9a-f]{32}_[\w-]{43}$/);
    expect(key).toMatchObject({ permissions: ['runs.read', 'runs.start'], createdBy: `person:${firm.personId}` });
    expect(await check(apiKey)).toEqual({
      ...{ tenantId: firm.tenantId, keyId: key.keyId, name: 'Reporting', role: 'operator', expiresAt: null },
      permissions: ['runs.read', 'runs.start'],
    });
    const [stored] = await harness.sql<{ text: string }>(
      'select api_key::text as text from api_key where key_id = $1',
      [key.keyId],
    );
    expect(stored?.text).not.toContain(apiKey.slice(-43));
  });

  it('is nothing with another secret, another id or another form', async () => {
    const [one, other] = [await make(), await make()];
    const crossed = one.apiKey.slice(0, 37) + other.apiKey.slice(37);
    const unknown = one.apiKey.replace(/^fbk_.{8}/, 'fbk_00000000');
    for (const wrong of [crossed, unknown, one.apiKey.slice(0, -1), `${one.apiKey}a`, '', one.apiKey.toUpperCase()]) {
      expect(await check(wrong)).toBeNull();
    }
  });

  it('may do what its role may, or what its list leaves of that', async () => {
    const may = async (wish: Wish) => {
      const known = await check((await make(wish)).apiKey);
      return permissionNames.filter((permission) => known !== null && mayDo(actorOf(known), permission));
    };
    expect(await may({ role: 'viewer' })).toEqual([
      'entities.read',
      'records.read',
      'runs.read',
      'connections.read',
      'own-account.manage',
    ]);
    expect(await may({ role: 'operator', permissions: ['runs.start', 'keys.manage'] })).toEqual(['runs.start']);
  });

  it('cannot be made wider than whoever makes it', async () => {
    const maker = await check((await make({ role: 'admin', permissions: ['keys.manage', 'runs.read'] })).apiKey);
    const who = { ...firm.admin, actor: actorOf(maker!) };
    expect(await refusalOf(make({ role: 'admin' }, who))).toBe('access.beyond_own');
    expect(await refusalOf(make({ role: 'admin', permissions: ['people.manage'] }, who))).toBe('access.beyond_own');
    expect(await make({ role: 'admin', permissions: ['runs.read'] }, who)).toMatchObject({
      key: { createdBy: `key:${maker?.keyId}` },
    });
  });

  it('ends when it expires', async () => {
    const { apiKey } = await make({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await check(apiKey)).not.toBeNull();
    await harness.goBack('api_key', '61 min');
    expect(await check(apiKey)).toBeNull();
    expect(await people.listApiKeys.execute(firm.tenantId)).toHaveLength(1);
  });

  it('ends when it is revoked, by its own firm', async () => {
    const { apiKey, key } = await make();
    const stranger = await aFirm(people);
    for (const [keyId, tenantId] of [
      [key.keyId, stranger.tenantId],
      [randomUUID(), firm.tenantId],
    ] as const) {
      expect(await refusalOf(people.revokeApiKey.execute({ keyId }, tenantId))).toBe('key.not_found');
    }
    expect(await check(apiKey)).not.toBeNull();
    await people.revokeApiKey.execute(key, firm.tenantId);
    await people.revokeApiKey.execute(key, firm.tenantId);
    expect(await check(apiKey)).toBeNull();
    expect(await people.listApiKeys.execute(firm.tenantId)).toEqual([]);
  });

  it('shows the day of its last use, written once a day', async () => {
    const { apiKey, key } = await make();
    const row = async () =>
      (
        await harness.sql<{ version: string }>('select xmin::text as version from api_key where key_id = $1', [
          key.keyId,
        ])
      )[0];
    expect((await people.listApiKeys.execute(firm.tenantId))[0]?.lastUsedOn).toBeNull();
    await check(apiKey);
    const written = await row();
    await check(apiKey);
    expect(await row()).toEqual(written);
    const [listed] = await people.listApiKeys.execute(firm.tenantId);
    expect(Date.now() - new Date(listed?.lastUsedOn ?? 0).getTime()).toBeLessThan(2 * 86_400_000);
    await harness.sql('update api_key set last_used_on = last_used_on - 3 where key_id = $1', [key.keyId]);
    await check(apiKey);
    expect(await people.listApiKeys.execute(firm.tenantId)).toEqual([listed]);
  });

  it('has at most a hundred beside it', async () => {
    await harness.sql(
      `insert into api_key (tenant_id, key_id, name, secret_hash, role, created_by, created_at)
       select $1, gen_random_uuid(), 'n', 'h', 'viewer', 'system:test', now() from generate_series(1, 99)`,
      [firm.tenantId],
    );
    const outcomes = await Promise.all([1, 2, 3].map(() => refusalOf(make())));
    expect(outcomes.filter((outcome) => outcome === 'key.too_many')).toHaveLength(2);
  });

  it('allows nothing by a permission that there is no more', async () => {
    const { apiKey, key } = await make({ permissions: ['runs.read'] });
    await harness.sql("update api_key set permissions = '{moons.land-on}' where key_id = $1", [key.keyId]);
    expect((await check(apiKey))?.permissions).toEqual([]);
  });
});
