import { randomUUID } from 'node:crypto';
import {
  aColleague,
  aFirm,
  anEmail,
  as,
  aSource,
  goodPassword,
  logIn,
  PeopleHarness,
  refusalOf,
  type Firm,
  type People,
} from './people-harness.js';

const otherPassword = 'lantern 7 quay rope';

describe('the people of a firm', () => {
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

  const invite = (email: string, roles: ('viewer' | 'operator' | 'admin')[] = ['viewer']) =>
    people.invitePerson.execute({ email, name: 'Theo Marsh', roles }, firm.admin);
  const accept = (setupToken: string, name = 'Theodor Marsh') =>
    people.redeemSetup.execute({ setupToken, name, password: goodPassword, email: null, firmName: 'Mine now' });
  const listed = async () => (await people.listPeople.execute({ limit: 200, cursor: null }, firm.tenantId)).people;
  const isGood = async (sessionToken: string) => (await people.checkSession.execute({ sessionToken })) !== null;

  describe('invited', () => {
    it('choose a password and their name, nothing else', async () => {
      const email = anEmail();
      const { setupToken, personId } = await invite(email.toUpperCase(), ['operator']);
      expect(await people.getSetup.execute({ setupToken })).toMatchObject({
        ...{ kind: 'invitation', email, name: 'Theo Marsh', firmName: 'Juniper & Vale LLP' },
      });
      expect(await listed()).toContainEqual(
        expect.objectContaining({ personId, status: 'invited', lastLoginAt: null }),
      );
      const { session } = await accept(setupToken);
      expect(session).toMatchObject({
        ...{ tenantId: firm.tenantId, firmName: 'Juniper & Vale LLP' },
        person: { personId, email, name: 'Theodor Marsh', roles: ['operator'] },
      });
      expect(await refusalOf(accept(setupToken))).toBe('setup.unknown');
    });

    it('come in once when the link is used twice at the same moment', async () => {
      const { setupToken } = await invite(anEmail());
      const both = await Promise.all([1, 2].map(() => refusalOf(accept(setupToken))));
      expect(both.filter((outcome) => outcome === 'setup.unknown')).toHaveLength(1);
    });

    it('again come in by the newest link, with the newest roles', async () => {
      const email = anEmail();
      const first = await invite(email);
      const second = await invite(email, ['operator']);
      expect(second.personId).toBe(first.personId);
      expect(await refusalOf(accept(first.setupToken))).toBe('setup.unknown');
      expect((await accept(second.setupToken)).session.person.roles).toEqual(['operator']);
    });

    it('are refused when somebody has the address, here or elsewhere', async () => {
      const colleague = await aColleague(people, firm, ['viewer']);
      const stranger = await aFirm(people);
      expect(await refusalOf(invite(colleague.email))).toBe('person.known');
      expect(await refusalOf(invite(stranger.email))).toBe('person.email_taken');
      expect(await refusalOf(invite('no address'))).toBe('person.bad_email');
    });

    it('get no more than the inviting key has', async () => {
      const actor = { kind: 'key', id: randomUUID(), roles: ['admin'], permissions: ['people.manage'] } as const;
      const wish = { email: anEmail(), name: 'Theo', roles: ['viewer'] as const };
      expect(await refusalOf(people.invitePerson.execute(wish, { ...firm.admin, actor }))).toBe('access.beyond_own');
    });
  });

  it('are listed by e-mail address, a page at a time', async () => {
    const emails = [
      firm.email,
      ...(await Promise.all(
        [1, 2, 3, 4].map(async () => {
          const email = anEmail();
          await invite(email);
          return email;
        }),
      )),
    ].sort();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<People['listPeople']['execute']>> = await people.listPeople.execute(
        { limit: 2, cursor },
        firm.tenantId,
      );
      seen.push(...page.people.map(({ email }) => email));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(emails);
  });

  describe('shut out', () => {
    it('lose their sessions, their password and their open link at once', async () => {
      const colleague = await aColleague(people, firm, ['viewer']);
      const second = await logIn(people, colleague);
      const { setupToken, personId } = await invite(anEmail());
      await people.deactivatePerson.execute({ personId }, firm.tenantId);
      const shutOut = await people.deactivatePerson.execute(colleague, firm.tenantId);
      expect(shutOut.status).toBe('deactivated');
      expect(await isGood(second.sessionToken)).toBe(false);
      expect(await isGood(colleague.opened.sessionToken)).toBe(false);
      expect(await refusalOf(logIn(people, colleague))).toBe('login.refused');
      expect(await refusalOf(accept(setupToken))).toBe('setup.unknown');
      expect(await isGood(firm.opened.sessionToken)).toBe(true);
    });

    it.each([
      ['before', [0, 1]],
      ['after', [1, 0]],
    ])('leave no session behind that they open at the same moment, %s it', async (_name, order) => {
      const colleague = await aColleague(people, firm, ['viewer']);
      const { personId } = colleague;
      const steps = [
        () => refusalOf(logIn(people, colleague)),
        () => refusalOf(people.deactivatePerson.execute({ personId }, firm.tenantId)),
      ];
      await harness.inOrder(
        personId,
        order.map((step) => steps[step]!),
      );
      expect(await harness.sql('select from session where person_id = $1', [personId])).toEqual([]);
    });

    it('come back by an invitation and with a new password only', async () => {
      const colleague = await aColleague(people, firm, ['operator']);
      await people.deactivatePerson.execute(colleague, firm.tenantId);
      const change = people.changeRoles.execute({ personId: colleague.personId, roles: ['viewer'] }, firm.admin);
      expect(await refusalOf(change)).toBe('person.deactivated');
      const { setupToken, personId } = await invite(colleague.email);
      expect(personId).toBe(colleague.personId);
      expect(await refusalOf(logIn(people, colleague))).toBe('login.refused');
      expect((await accept(setupToken)).session.person.roles).toEqual(['viewer']);
    });

    it('can only be people of the firm', async () => {
      const stranger = await aFirm(people);
      await aColleague(people, stranger, ['admin']);
      const { personId } = stranger;
      expect(await refusalOf(people.deactivatePerson.execute({ personId }, firm.tenantId))).toBe('person.not_found');
      expect(await refusalOf(people.changeRoles.execute({ personId, roles: ['viewer'] }, firm.admin))).toBe(
        'person.not_found',
      );
    });
  });

  describe('who administer it', () => {
    const stepDown = (personId: string) =>
      refusalOf(people.changeRoles.execute({ personId, roles: ['operator'] }, firm.admin));
    const leave = (personId: string) => refusalOf(people.deactivatePerson.execute({ personId }, firm.tenantId));

    it('never are none', async () => {
      await invite(anEmail(), ['admin']);
      const gone = await aColleague(people, firm, ['admin']);
      await leave(gone.personId);
      expect([await stepDown(firm.personId), await leave(firm.personId)]).toEqual([
        'person.last_administrator',
        'person.last_administrator',
      ]);
      expect(await isGood(firm.opened.sessionToken)).toBe(true);
    });

    it('may step down while another stays', async () => {
      const second = await aColleague(people, firm, ['admin', 'auditor']);
      expect(await stepDown(firm.personId)).toEqual({ outcome: expect.objectContaining({ roles: ['operator'] }) });
      expect(await leave(second.personId)).toBe('person.last_administrator');
    });

    it('cannot remove each other at the same moment', async () => {
      for (const ways of [
        [leave, leave],
        [leave, stepDown],
        [stepDown, stepDown],
      ] as const) {
        firm = await aFirm(people);
        const second = await aColleague(people, firm, ['admin']);
        const outcomes = await Promise.all([ways[0](firm.personId), ways[1](second.personId)]);
        expect(outcomes.filter((outcome) => outcome === 'person.last_administrator')).toHaveLength(1);
        const admins = (await listed()).filter(({ roles, status }) => status === 'active' && roles.includes('admin'));
        expect(admins).toHaveLength(1);
      }
    });
  });

  describe('who change their password', () => {
    const change = (who: Firm['admin'], facts: object = {}) =>
      people.changePassword.execute(
        {
          ...{ currentPassword: goodPassword, newPassword: otherPassword },
          ...{ keepSessionId: null, sourceAddress: aSource(), ...facts },
        },
        who,
      );

    it('stay logged in where they are and nowhere else', async () => {
      const elsewhere = await logIn(people, firm);
      const here = await logIn(people, firm);
      const colleague = await aColleague(people, firm, ['viewer']);
      await change(firm.admin, { keepSessionId: here.session.sessionId });
      expect([
        await isGood(here.sessionToken),
        await isGood(elsewhere.sessionToken),
        await isGood(firm.opened.sessionToken),
        await isGood(colleague.opened.sessionToken),
      ]).toEqual([true, false, false, true]);
      expect(await refusalOf(logIn(people, firm))).toBe('login.refused');
      await logIn(people, { ...firm, password: otherPassword });
    });

    it('leave no session to whoever logs in with the old one at the same moment', async () => {
      const [changed, login] = await harness.inOrder(firm.personId, [
        () => refusalOf(change(firm.admin)),
        () => refusalOf(logIn(people, firm)),
      ]);
      expect([changed, login]).toEqual([{ outcome: undefined }, 'login.refused']);
      expect(await harness.sql('select from session where person_id = $1', [firm.personId])).toEqual([]);
    });

    it('have to know the present one, and are locked out when they guess it', async () => {
      for (let n = 0; n < 5; n++) {
        expect(await refusalOf(change(firm.admin, { currentPassword: otherPassword }))).toBe('password.wrong');
      }
      expect(await refusalOf(change(firm.admin))).toBe('login.locked');
      expect(await isGood(firm.opened.sessionToken)).toBe(true);
    });

    it('have to choose a good one', async () => {
      expect(await refusalOf(change(firm.admin, { newPassword: 'short' }))).toBe('password.too_short');
      expect(await refusalOf(change(firm.admin, { newPassword: `my ${firm.email}` }))).toBe('password.contains_email');
    });

    it('are people of this firm, no keys, no parts of the system and nobody who is shut out', async () => {
      const stranger = await aFirm(people);
      const gone = await aColleague(people, firm, ['viewer']);
      await people.deactivatePerson.execute(gone, firm.tenantId);
      for (const who of [
        { ...firm.admin, actor: { kind: 'key', id: randomUUID(), roles: ['admin'] } as const },
        { ...firm.admin, actor: { kind: 'system', id: 'gateway', roles: [] } as const },
        as(firm.tenantId, stranger.personId, ['admin']),
        gone.conversation,
      ]) {
        expect(await refusalOf(change(who))).toBe('person.needed');
      }
    });

    it('twice at the same moment have one of the two', async () => {
      const passwords = [otherPassword, `${otherPassword} 2`];
      const outcomes = await Promise.all(
        passwords.map((newPassword) => refusalOf(change(firm.admin, { newPassword }))),
      );
      expect(outcomes.filter((outcome) => outcome === 'password.wrong')).toHaveLength(1);
      const logins = await Promise.all(passwords.map((password) => refusalOf(logIn(people, { ...firm, password }))));
      expect(logins.filter((outcome) => outcome === 'login.refused')).toHaveLength(1);
    });
  });
});
