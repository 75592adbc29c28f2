import {
  aColleague,
  aFirm,
  anEmail,
  aSource,
  goodPassword,
  logIn,
  PeopleHarness,
  refusalOf,
  type Firm,
  type People,
} from './people-harness.js';

const wrong = 'harbour kite 95 lamp';

describe('logging in', () => {
  let harness: PeopleHarness;
  let people: People;
  let firm: Firm;
  beforeAll(async () => {
    harness = await PeopleHarness.start();
    people = await harness.replica();
    firm = await aFirm(people);
  });
  afterAll(() => harness.stop());

  it('opens a session for the e-mail address in any spelling', async () => {
    const { session, sessionToken } = await logIn(people, { ...firm, email: ` ${firm.email.toUpperCase()} ` });
    expect(session).toMatchObject({ tenantId: firm.tenantId, person: { personId: firm.personId } });
    expect(sessionToken).toMatch(/^[\w-]{43}$/);
  });

  it('opens a session for each of two at the same moment, with tokens of their own', async () => {
    const other = await harness.replica();
    const [one, two] = await Promise.all([logIn(people, firm), logIn(other, firm)]);
    expect(one.sessionToken).not.toBe(two.sessionToken);
    for (const { sessionToken, session } of [one, two]) {
      expect(await people.checkSession.execute({ sessionToken })).toEqual(session);
    }
  });

  it('refuses every reason with the same words and the same work', async () => {
    const invited = anEmail();
    await people.invitePerson.execute({ email: invited, name: 'Theo', roles: ['viewer'] }, firm.admin);
    const gone = await aColleague(people, firm, ['viewer']);
    await people.deactivatePerson.execute({ personId: gone.personId }, firm.tenantId);
    const attempts = [
      { email: firm.email, password: wrong },
      { email: anEmail(), password: goodPassword },
      { email: invited, password: goodPassword },
      gone,
      { email: 'no address at all', password: goodPassword },
      { email: '', password: '' },
    ];
    const before = people.passwordHasher.stats();
    const refusals = await Promise.all(
      attempts.map((attempt) => logIn(people, attempt).catch((error: unknown) => error)),
    );
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        ...{ kind: 'unauthorized', code: 'login.refused', details: {} },
        message: 'The e-mail address or the password is wrong.',
      });
    }
    const { verified, hashed } = people.passwordHasher.stats();
    expect({ verified, hashed }).toEqual({ verified: before.verified + attempts.length, hashed: before.hashed });
  });

  it('ends the session that the browser had before, also one of another firm', async () => {
    const stranger = await aFirm(people);
    const previousSessionToken = stranger.opened.sessionToken;
    const claim = { email: firm.email, password: firm.password, sourceAddress: aSource() };
    await expect(people.logIn.execute({ ...claim, password: wrong, previousSessionToken })).rejects.toThrow();
    expect(await people.checkSession.execute({ sessionToken: previousSessionToken })).not.toBeNull();
    await people.logIn.execute({ ...claim, previousSessionToken });
    expect(await people.checkSession.execute({ sessionToken: previousSessionToken })).toBeNull();
  });

  it('puts more work into a password when more is asked for, once', async () => {
    const hashOf = async () => {
      const [row] = await harness.sql<{ hash: string }>('select password_hash as hash from person where email = $1', [
        firm.email,
      ]);
      return row?.hash;
    };
    const before = await hashOf();
    const stricter = await harness.replica({ PASSWORD_HASH_PASSES: '3' });
    await logIn(stricter, firm);
    const after = await hashOf();
    expect([before, after]).toEqual([expect.stringContaining(',t=2,p=1$'), expect.stringContaining(',t=3,p=1$')]);
    await logIn(stricter, firm);
    await logIn(people, firm);
    expect(await hashOf()).toBe(after);
  });

  describe('after too many wrong passwords', () => {
    const inVain = (who: { email: string }, times: number, source = aSource) =>
      repeatedly(times, () => refusalOf(logIn(people, { ...who, password: wrong }, source())));

    it('has to wait, for a known address as for an unknown one, and the right password does not help', async () => {
      for (const who of [await aColleague(people, firm, ['viewer']), { email: anEmail(), password: goodPassword }]) {
        expect(await inVain(who, 5)).toEqual(Array(5).fill('login.refused'));
        const { verified } = people.passwordHasher.stats();
        const refusal = await logIn(people, who).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ kind: 'rate_limited', code: 'login.locked', details: {} });
        expect((refusal as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(15_000);
        expect(people.passwordHasher.stats().verified).toBe(verified);
      }
    });

    it('has to wait longer each time, until an hour without an attempt has passed', async () => {
      const who = await aColleague(people, firm, ['viewer']);
      await inVain(who, 5);
      await harness.goBack('login_attempt', '15.1 s');
      expect(await inVain(who, 2)).toEqual(['login.refused', 'login.locked']);
      await harness.goBack('login_attempt', '15.1 s');
      expect(await inVain(who, 1)).toEqual(['login.locked']);
      await harness.goBack('login_attempt', '15.1 s');
      expect(await inVain(who, 2)).toEqual(['login.refused', 'login.locked']);
      await harness.goBack('login_attempt', '61 min');
      expect(await inVain(who, 6)).toEqual([...Array<string>(5).fill('login.refused'), 'login.locked']);
    });

    it('is let in when the time is over, and has a clean record from then on', async () => {
      const who = await aColleague(people, firm, ['viewer']);
      await inVain(who, 5);
      await harness.goBack('login_attempt', '15.1 s');
      expect((await logIn(people, who)).session.person.email).toBe(who.email);
      expect(await inVain(who, 5)).toEqual(Array(5).fill('login.refused'));
    });

    it('is known to all replicas', async () => {
      const who = await aColleague(people, firm, ['viewer']);
      await inVain(who, 5);
      expect(await refusalOf(logIn(await harness.replica(), who))).toBe('login.locked');
    });

    it('counts attempts at the same moment like those one after the other', async () => {
      const who = await aColleague(people, firm, ['viewer']);
      const replicas = await Promise.all([1, 2, 3].map(() => harness.replica()));
      const outcomes = await Promise.all(
        Array.from({ length: 24 }, (_, n) => refusalOf(logIn(replicas[n % 3]!, { ...who, password: wrong }))),
      );
      expect(outcomes.filter((outcome) => outcome === 'login.refused')).toHaveLength(5);
      expect(outcomes.filter((outcome) => outcome === 'login.locked')).toHaveLength(19);
    });

    it('has the whole source wait, whatever addresses it tries, but no other source', async () => {
      const source = aSource();
      const outcomes = await repeatedly(31, () =>
        refusalOf(logIn(people, { email: anEmail(), password: wrong }, source)),
      );
      expect(outcomes).toEqual([...Array<string>(30).fill('login.refused'), 'login.locked']);
      expect(await refusalOf(logIn(people, firm, source))).toBe('login.locked');
      expect((await logIn(people, firm)).session.person.email).toBe(firm.email);
    });

    it('does not hold it against a source that many log in from it', async () => {
      const source = aSource();
      const outcomes = await repeatedly(35, () => refusalOf(logIn(people, firm, source)));
      expect(outcomes.filter((outcome) => typeof outcome === 'string')).toEqual([]);
    });
  });
});

async function repeatedly<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const outcomes: T[] = [];
  for (let n = 0; n < times; n++) outcomes.push(await work());
  return outcomes;
}
