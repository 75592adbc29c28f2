import { aFirm, aColleague, logIn, PeopleHarness, type Firm, type People } from './people-harness.js';

describe('a session', () => {
  let harness: PeopleHarness;
  let people: People;
  let firm: Firm;
  beforeAll(async () => {
    harness = await PeopleHarness.start();
    people = await harness.replica({ SESSION_IDLE_MINUTES: '60', SESSION_LONGEST_HOURS: '3' });
    firm = await aFirm(people);
  });
  afterAll(() => harness.stop());

  const isGood = async (sessionToken: string) => (await people.checkSession.execute({ sessionToken })) !== null;

  it('is over when it was not used for long enough, and lives on when it was', async () => {
    const { sessionToken } = await logIn(people, firm);
    await harness.goBack('session', '59 min');
    expect(await isGood(sessionToken)).toBe(true);
    await harness.goBack('session', '59 min');
    expect(await isGood(sessionToken)).toBe(true);
    await harness.goBack('session', '60 min');
    expect(await isGood(sessionToken)).toBe(false);
  });

  it('is not kept alive by looks that are no use of it', async () => {
    const { sessionToken } = await logIn(people, firm);
    for (const isThere of [true, false]) {
      await harness.goBack('session', '31 min');
      const session = await people.checkSession.execute({ sessionToken, countsAsUse: false });
      expect(session !== null).toBe(isThere);
    }
  });

  it('is over after its longest time, however much it is used', async () => {
    const { sessionToken, session } = await logIn(people, firm);
    for (const minutes of [50, 50, 50]) {
      await harness.goBack('session', `${minutes} min`);
      expect(await isGood(sessionToken)).toBe(true);
    }
    const known = await people.checkSession.execute({ sessionToken });
    expect(new Date(known?.idleExpiresAt ?? '').getTime()).toBe(new Date(known?.expiresAt ?? '').getTime());
    expect(new Date(session.expiresAt).getTime()).toBeGreaterThan(Date.now() + 2.9 * 3_600_000);
    await harness.goBack('session', '30 min');
    expect(await isGood(sessionToken)).toBe(false);
  });

  it('is written at most once a minute', async () => {
    const { sessionToken, session } = await logIn(people, firm);
    const lastUse = async () => {
      const sql = 'select last_used_at as at from session where session_id = $1';
      return (await harness.sql<{ at: Date }>(sql, [session.sessionId]))[0]?.at.getTime();
    };
    const first = await lastUse();
    await isGood(sessionToken);
    expect(await lastUse()).toBe(first);
    await harness.goBack('session', '61 s');
    await isGood(sessionToken);
    expect(await lastUse()).toBeGreaterThanOrEqual(first ?? Infinity);
  });

  it('is over after logging out, which may be done twice', async () => {
    const { sessionToken } = await logIn(people, firm);
    const other = await logIn(people, firm);
    await people.logOut.execute({ sessionToken });
    await people.logOut.execute({ sessionToken });
    expect([await isGood(sessionToken), await isGood(other.sessionToken)]).toEqual([false, true]);
  });

  it('tells the roles the person has now', async () => {
    const colleague = await aColleague(people, firm, ['viewer']);
    const { sessionToken } = colleague.opened;
    await people.changeRoles.execute({ personId: colleague.personId, roles: ['operator', 'auditor'] }, firm.admin);
    expect((await people.checkSession.execute({ sessionToken }))?.person.roles).toEqual(['operator', 'auditor']);
  });

  it('is nothing that another firm can see, nor are people, keys and links', async () => {
    const stranger = await aFirm(people);
    await people.createApiKey.execute({ name: 'k', role: 'viewer', permissions: null, expiresAt: null }, firm.admin);
    await people.invitePerson.execute({ email: 'z@zeta.example', name: 'Z', roles: ['viewer'] }, firm.admin);
    const database = await harness.connect();
    for (const table of ['person', 'session', 'api_key', 'setup_token']) {
      const seen = await database.inTenant(stranger.tenantId, (tx) =>
        tx.query<{ tenantId: string }>(`select tenant_id as "tenantId" from ${table}`),
      );
      expect(seen.filter(({ tenantId }) => tenantId !== stranger.tenantId)).toEqual([]);
      const changed = await database.inTenant(stranger.tenantId, (tx) =>
        tx.query(`delete from ${table} where tenant_id = $1 returning 1 as gone`, [firm.tenantId]),
      );
      expect(changed).toEqual([]);
    }
    expect((await people.listPeople.execute({ limit: 50, cursor: null }, stranger.tenantId)).people).toHaveLength(1);
    expect(await people.listApiKeys.execute(stranger.tenantId)).toEqual([]);
  });

  it('is swept when it is over, like tokens and attempts', async () => {
    await people.sweepLogins.execute();
    const good = await logIn(people, firm);
    await expect(logIn(people, { email: 'nobody@nowhere.example', password: 'x' })).rejects.toThrow();
    const attempts = await harness.sql('select from login_attempt');
    expect(await people.sweepLogins.execute()).toEqual({ sessions: 0, setupTokens: 0, attempts: 0 });
    const sessions = await harness.sql('select from session');
    await harness.goBack('session', '4 hours');
    await harness.goBack('setup_token', '25 hours');
    await harness.goBack('login_attempt', '25 hours');
    expect(await people.sweepLogins.execute()).toEqual({
      ...{ sessions: sessions.length, setupTokens: 1, attempts: attempts.length },
    });
    expect(await isGood(good.sessionToken)).toBe(false);
  });
});
