import { randomUUID } from 'node:crypto';
import {
  aFirm,
  anEmail,
  goodPassword,
  logIn,
  PeopleHarness,
  refusalOf,
  theSystem,
  type People,
} from './people-harness.js';

describe('setting up a firm', () => {
  let harness: PeopleHarness;
  let people: People;
  beforeAll(async () => {
    harness = await PeopleHarness.start();
    people = await harness.replica();
  });
  afterAll(() => harness.stop());

  async function aLink() {
    const tenantId = randomUUID();
    const { setupToken, expiresAt } = await people.createSetupLink.execute(theSystem(tenantId));
    const answers = (facts: object = {}) => ({
      ...{ setupToken, password: goodPassword, name: 'Imogen Vale', email: anEmail(), firmName: 'Juniper & Vale LLP' },
      ...facts,
    });
    return { tenantId, setupToken, expiresAt, answers };
  }

  it('names the firm, makes its first administrator and logs that one in', async () => {
    const { tenantId, setupToken, expiresAt, answers } = await aLink();
    expect(new Date(expiresAt).getTime() - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect(await people.getSetup.execute({ setupToken })).toEqual({
      ...{ kind: 'first_administrator', email: null, name: null, firmName: null, expiresAt },
    });
    const email = anEmail();
    const { session, sessionToken } = await people.redeemSetup.execute(answers({ email: email.toUpperCase() }));
    expect(session).toMatchObject({
      ...{ tenantId, firmName: 'Juniper & Vale LLP' },
      person: { email, name: 'Imogen Vale', roles: ['admin'] },
    });
    expect(await people.checkSession.execute({ sessionToken })).toEqual(session);
    expect((await logIn(people, { email, password: goodPassword })).session.person).toEqual(session.person);
  });

  it('happens once, of two who come at the same moment to one', async () => {
    const { tenantId, answers } = await aLink();
    const other = await harness.replica();
    const both = await Promise.all([people, other].map((replica) => refusalOf(replica.redeemSetup.execute(answers()))));
    expect(both).toContain('setup.unknown');
    expect(both).toContainEqual({ outcome: expect.objectContaining({ sessionToken: expect.any(String) }) });
    expect(await people.listPeople.execute({ limit: 10, cursor: null }, tenantId)).toMatchObject({
      people: [{ roles: ['admin'] }],
    });
  });

  it('is refused once the firm has an administrator', async () => {
    const firm = await aFirm(people);
    expect(await refusalOf(people.createSetupLink.execute(theSystem(firm.tenantId)))).toBe('setup.done');
  });

  it('works with the newest link only', async () => {
    const { tenantId, answers } = await aLink();
    const { setupToken } = await people.createSetupLink.execute(theSystem(tenantId));
    expect(await refusalOf(people.redeemSetup.execute(answers()))).toBe('setup.unknown');
    expect(await people.getSetup.execute({ setupToken })).toMatchObject({ kind: 'first_administrator' });
  });

  it('ends after a day', async () => {
    const { setupToken, answers } = await aLink();
    await harness.goBack('setup_token', '24 hours');
    expect(await refusalOf(people.getSetup.execute({ setupToken }))).toBe('setup.unknown');
    expect(await refusalOf(people.redeemSetup.execute(answers()))).toBe('setup.unknown');
  });

  it('leaves the link good after an answer that will not do', async () => {
    const { answers } = await aLink();
    const firm = await aFirm(people);
    for (const [facts, code] of [
      [{ password: 'too short' }, 'password.too_short'],
      [{ email: null }, 'setup.email_needed'],
      [{ firmName: null }, 'setup.firm_name_needed'],
      [{ email: firm.email }, 'person.email_taken'],
    ] as const) {
      expect(await refusalOf(people.redeemSetup.execute(answers(facts)))).toBe(code);
    }
    expect(await people.redeemSetup.execute(answers())).toMatchObject({ session: { firmName: 'Juniper & Vale LLP' } });
  });

  it('keeps a made-up link out', async () => {
    expect(await refusalOf(people.getSetup.execute({ setupToken: 'a'.repeat(43) }))).toBe('setup.unknown');
  });
});
