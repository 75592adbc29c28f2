import { systemActor, type Connection, type Provider } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import type { Conversation } from '../src/application/conversation.js';
import type { UseCases } from '../src/use-cases.js';
import { aConversation, anAccount, asSyncService, connect, Harness } from './harness.js';
import type { TokenCall } from './provider-server.js';

interface Firm {
  readonly who: Conversation;
  readonly sync: Conversation;
  readonly connection: Connection;
  readonly id: string;
}

describe('an access token', () => {
  let harness: Harness;
  let replica: UseCases;
  beforeAll(async () => {
    harness = await Harness.start();
    replica = await harness.replica();
  });
  beforeEach(() => {
    harness.provider.tokenCalls.length = 0;
    harness.provider.intercept = () => undefined;
    harness.provider.expiresIn = 3600;
    harness.refreshes.length = 0;
  });
  afterAll(() => harness.stop());

  async function aFirm(provider: Provider): Promise<Firm> {
    const who = aConversation();
    const region = provider === 'clio' ? 'us' : 'global';
    const connection = await connect(replica, { provider, region, account: anAccount() }, who);
    return { who, sync: asSyncService(who, provider), connection, id: connection.connectionId };
  }

  const get = (of: UseCases, { id, sync }: Firm, rejectedGeneration: number | null = null) =>
    of.getAccessToken.execute({ connectionId: id, rejectedGeneration }, sync);

  /** It has so long left, and should have been refreshed by now. */
  const makeDue = ({ id }: Firm, left: string) =>
    harness.sql(
      `update credential set expires_at = clock_timestamp() + $2::interval, refresh_at = clock_timestamp() - interval '1 s'
        where connection_id = $1`,
      [id, left],
    );

  const credentialOf = async ({ id }: Firm) =>
    (
      await harness.sql<{
        generation: number;
        lease_owner: string | null;
        attempt_started_at: Date | null;
        retry_at: Date | null;
      }>('select generation, lease_owner, attempt_started_at, retry_at from credential where connection_id = $1', [id])
    )[0]!;

  const statusOf = async (firm: Firm) =>
    (await replica.listConnections.execute(firm.who.tenantId)).connections[0]!.status;

  const deaths = ({ who }: Firm) => harness.messages(who.tenantId, 'auth.connection-reauthorization-required.v1');

  it('is given with its generation, its end and the place it is for', async () => {
    const firm = await aFirm('clio');
    const { apiOrigin, accountId } = firm.connection;
    expect(await get(replica, firm)).toEqual({
      ...{ generation: 1, apiOrigin, accountId },
      accessToken: expect.stringMatching(/^plain-access-\d+$/),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(harness.provider.refreshes()).toEqual([]);
  });

  it('is refused to everybody but the sync service of its provider', async () => {
    const firm = await aFirm('clio');
    const admin = { kind: 'person', id: randomUUID(), roles: ['admin'] } as const;
    for (const actor of [systemActor('gateway'), systemActor('ghl-sync'), admin]) {
      await expect(get(replica, { ...firm, sync: { ...firm.sync, actor } })).rejects.toMatchObject({
        kind: 'forbidden',
      });
    }
  });

  it('is not found under another tenant', async () => {
    const firm = await aFirm('clio');
    const stranger = asSyncService(aConversation(), 'clio');
    await expect(get(replica, { ...firm, sync: stranger })).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('is refreshed by one call for many callers of two replicas', async () => {
    const firm = await aFirm('ghl');
    const other = await harness.replica();
    await harness.expire(firm.id);
    harness.provider.intercept = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 150));

    const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => get(n % 2 === 0 ? replica : other, firm)));

    expect(harness.provider.refreshes()).toHaveLength(1);
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(tokens[0]!.generation).toBe(2);
    const calls = await harness.messages(firm.who.tenantId, 'provider.call-attempted.v1');
    expect(calls.filter(({ data }) => data['operation'] === 'ghl.refresh-token')).toHaveLength(1);
  });

  it('is served once more when it is due, and refreshed meanwhile', async () => {
    const firm = await aFirm('clio');
    await makeDue(firm, '9 minutes');
    expect(await get(replica, firm)).toMatchObject({ generation: 1 });
    await eventually(async () => expect(await get(replica, firm)).toMatchObject({ generation: 2 }));
    expect(harness.provider.refreshes()).toHaveLength(1);
  });

  it('is served at once while its refresh hangs, as long as it is good', async () => {
    const firm = await aFirm('clio');
    await makeDue(firm, '9 minutes');
    let answer = (): void => undefined;
    const isAnswered = new Promise<void>((resolve) => (answer = resolve));
    harness.provider.intercept = async () => {
      await isAnswered;
      return undefined;
    };
    const tokens = await Promise.all(Array.from({ length: 50 }, () => get(replica, firm)));
    expect(new Set(tokens.map(({ generation }) => generation))).toEqual(new Set([1]));
    answer();
    await eventually(async () => expect(await get(replica, firm)).toMatchObject({ generation: 2 }));
    expect(harness.provider.refreshes()).toHaveLength(1);
  });

  it('is planned to be refreshed five to fifteen minutes before its end, at random', async () => {
    harness.provider.expiresIn = 86_400;
    const firms = await Promise.all(Array.from({ length: 12 }, () => aFirm('clio')));
    const rows = await harness.sql<{ minutes: number }>(
      `select extract(epoch from expires_at - refresh_at)::float8 / 60 as minutes from credential
        where connection_id = any ($1)`,
      [firms.map(({ id }) => id)],
    );
    const minutes = rows.map((row) => row.minutes);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(4.99);
    expect(Math.max(...minutes)).toBeLessThanOrEqual(15.01);
    expect(Math.max(...minutes) - Math.min(...minutes)).toBeGreaterThan(3);
  });

  it('that many wait for is not waited for by those without leave to wait', async () => {
    const firm = await aFirm('clio');
    await harness.expire(firm.id);
    const impatient = replica.getAccessToken.execute(
      { connectionId: firm.id, rejectedGeneration: null },
      firm.sync,
      false,
    );
    await expect(impatient).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'token.refresh_pending',
      retryAfterMs: 1_000,
    });
    await eventually(async () => expect(await get(replica, firm)).toMatchObject({ generation: 2 }));
  });

  it('keeps the refresh token of a provider that gives no new one', async () => {
    const firm = await aFirm('clio');
    for (const generation of [2, 3]) {
      await harness.expire(firm.id);
      expect(await get(replica, firm)).toMatchObject({ generation });
    }
    const shown = harness.provider.refreshes().map(({ form }) => form['refresh_token']);
    expect(new Set(shown).size).toBe(1);
  });

  it('stores each new refresh token of a provider that rotates them', async () => {
    const firm = await aFirm('ghl');
    for (const generation of [2, 3, 4]) {
      await harness.expire(firm.id);
      expect(await get(replica, firm)).toMatchObject({ generation });
    }
    const shown = harness.provider.refreshes().map(({ form }) => form['refresh_token']);
    expect(new Set(shown).size).toBe(3);
    const text = JSON.stringify(await harness.sql('select * from credential'));
    expect(text).not.toContain('plain-');
  });

  it('is refreshed when the current generation was refused, and only then', async () => {
    const firm = await aFirm('clio');
    expect(await get(replica, firm, 1)).toMatchObject({ generation: 2 });
    expect(await get(replica, firm, 1)).toMatchObject({ generation: 2 });
    expect(harness.provider.refreshes()).toHaveLength(1);
  });

  it('dies with its grant: the connection waits for a person, and that is told once', async () => {
    const firm = await aFirm('clio');
    const other = await harness.replica();
    await harness.expire(firm.id);
    harness.provider.intercept = () => ({ status: 400, body: { error: 'invalid_grant' } });

    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => get(n % 2 === 0 ? replica : other, firm)),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { kind: 'unauthorized', code: 'connection.reauthorization_required' },
      });
    }
    await expect(get(replica, firm)).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(harness.provider.refreshes()).toHaveLength(1);
    expect(await statusOf(firm)).toBe('reauthorization_required');
    expect(await deaths(firm)).toMatchObject([
      {
        subject: firm.id,
        data: {
          connectionId: firm.id,
          provider: 'clio',
          reason: expect.stringContaining('Connect the account again.'),
        },
      },
    ]);
  });

  it.each<[string, (form: Record<string, string>) => unknown]>([
    ['as they were', (form) => ({ error: 'invalid_grant', error_description: JSON.stringify(form) })],
    ['encoded', (form) => ({ error: 'invalid_grant', message: new URLSearchParams(form).toString() })],
    ['as new tokens', (form) => ({ error: 'invalid_grant', refresh_token: `${form['refresh_token']}-next` })],
  ])('leaves no trace of what it was asked with when the provider repeats its secrets %s', async (_, body) => {
    const firm = await aFirm('ghl');
    await harness.expire(firm.id);
    const shown: string[] = [];
    harness.provider.intercept = ({ form }) => {
      shown.push(form['refresh_token'] ?? '', form['client_secret'] ?? '');
      return { status: 400, body: body(form) };
    };
    const error = await get(replica, firm).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    const kept = [
      JSON.stringify(await harness.sql('select * from connection where connection_id = $1', [firm.id])),
      JSON.stringify(await harness.messages(firm.who.tenantId)),
      String(error) + JSON.stringify(error),
    ].join('\n');
    expect(kept).toContain('[secret]');
    for (const secret of shown) expect(kept).not.toContain(secret);
  });

  it('is there again after a reconnection, and the events are in order', async () => {
    const firm = await aFirm('clio');
    await harness.expire(firm.id);
    harness.provider.intercept = ({ form }) =>
      form['grant_type'] === 'refresh_token' ? { status: 400, body: { error: 'invalid_grant' } } : undefined;
    await expect(get(replica, firm)).rejects.toMatchObject({ kind: 'unauthorized' });

    await connect(replica, { provider: 'clio', region: 'us', account: firm.connection.accountId }, firm.who);
    expect(await get(replica, firm)).toMatchObject({ generation: 2 });
    const told = (await harness.messages(firm.who.tenantId)).filter(({ type }) => type.includes('auth.connection'));
    expect(told.map(({ type }) => type.split('.')[2])).toEqual([
      'connection-established',
      'connection-reauthorization-required',
      'connection-established',
    ]);
    const times = told.map(({ time }) => time);
    expect([...times].sort()).toEqual(times);
    expect(new Set(times).size).toBe(3);
  });

  it('survives a refused refresh token when another generation was stored meanwhile', async () => {
    const firm = await aFirm('ghl');
    await harness.expire(firm.id);
    harness.provider.intercept = async () => {
      // Somebody reconnects while the provider is refusing.
      harness.provider.intercept = () => undefined;
      await connect(replica, { provider: 'ghl', region: 'global', account: firm.connection.accountId }, firm.who);
      return { status: 401, body: { error: 'invalid_grant' } };
    };
    expect(await get(replica, firm)).toMatchObject({ generation: 2 });
    expect(await deaths(firm)).toEqual([]);
    expect(harness.provider.refreshes()).toHaveLength(1);
  });

  it('of a reconnection is not overwritten by the late answer of a refresh', async () => {
    const firm = await aFirm('clio');
    await harness.expire(firm.id);
    harness.provider.intercept = async () => {
      harness.provider.intercept = () => undefined;
      await connect(replica, { provider: 'clio', region: 'us', account: firm.connection.accountId }, firm.who);
      return { status: 200, body: { token_type: 'bearer', access_token: 'plain-late', expires_in: 3600 } };
    };
    const { accessToken, generation } = await get(replica, firm);
    expect(generation).toBe(2);
    expect(accessToken).not.toBe('plain-late');
  });

  it('tries the refresh token of the generation before, once, when the current one is refused', async () => {
    const firm = await aFirm('ghl');
    await harness.expire(firm.id);
    await get(replica, firm);
    const [first] = harness.provider.refreshes();
    await harness.expire(firm.id);
    const previous = first!.form['refresh_token'];
    harness.provider.intercept = ({ form }: TokenCall) =>
      form['refresh_token'] === previous
        ? { status: 200, body: { access_token: 'plain-saved', refresh_token: 'plain-next', expires_in: 3600 } }
        : { status: 401, body: { error: 'invalid_grant' } };
    expect(await get(replica, firm)).toMatchObject({ accessToken: 'plain-saved', generation: 3 });

    harness.provider.tokenCalls.length = 0;
    harness.provider.intercept = () => ({ status: 401, body: { error: 'invalid_grant' } });
    await harness.expire(firm.id);
    await expect(get(replica, firm)).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(harness.provider.refreshes().map(({ form }) => form['refresh_token'])).toEqual(['plain-next', previous]);
  });

  it.each<[string, number, unknown]>([
    ['is down', 503, {}],
    ['is overrun', 429, {}],
    ['answers with something else', 200, 'hello'],
    ['refuses our app', 401, { error: 'invalid_client' }],
  ])('goes on being served while it is good and the token endpoint %s', async (_, status, body) => {
    const firm = await aFirm('clio');
    const { accessToken } = await get(replica, firm);
    await makeDue(firm, '50 seconds');
    harness.provider.intercept = () => ({ status, body });

    expect(await get(replica, firm)).toMatchObject({ accessToken, generation: 1 });
    // The next callers do not hammer the endpoint.
    expect(await get(replica, firm)).toMatchObject({ accessToken });
    expect(harness.provider.refreshes()).toHaveLength(1);
    expect(await statusOf(firm)).toBe('active');
    expect(await credentialOf(firm)).toMatchObject({ lease_owner: null, retry_at: expect.any(Date) });

    await expect(get(replica, firm, 1)).rejects.toMatchObject({
      kind: 'unavailable',
      retryAfterMs: expect.any(Number),
    });
    await harness.expire(firm.id);
    await expect(get(replica, firm)).rejects.toMatchObject({ kind: 'unavailable' });
    harness.provider.intercept = () => undefined;
    await harness.sql('update credential set retry_at = clock_timestamp() where connection_id = $1', [firm.id]);
    expect(await get(replica, firm)).toMatchObject({ generation: 2 });
  });

  it('waits as long as a busy token endpoint asks', async () => {
    const firm = await aFirm('clio');
    await harness.expire(firm.id);
    harness.provider.intercept = () => ({ status: 429, body: {}, headers: { 'Retry-After': '120' } });
    const error = await get(replica, firm).then(
      () => null,
      (reason: { retryAfterMs: number }) => reason,
    );
    expect(error?.retryAfterMs).toBeGreaterThanOrEqual(119_000);
  });

  it('is refreshed by another replica when the holder of the lease is gone', async () => {
    const firm = await aFirm('clio');
    await harness.expire(firm.id);
    await harness.sql(
      `update credential set lease_owner = $2, lease_until = clock_timestamp() + interval '1 second',
              attempt_started_at = clock_timestamp() where connection_id = $1`,
      [firm.id, randomUUID()],
    );
    expect(await get(replica, firm)).toMatchObject({ generation: 2 });
    const [left] = await harness.sql<{ left: number }>(
      'select count(*)::int as left from credential where lease_until is not null or attempt_started_at is not null',
    );
    expect(left).toEqual({ left: 0 });
  });

  it('keeps the tokens of a slow holder, although its lease was taken over', async () => {
    const firm = await aFirm('ghl');
    const [slow, patient] = [await harness.replica(), await harness.replica()];
    await harness.expire(firm.id);
    let answerSlow = (): void => undefined;
    const isAnswered = new Promise<void>((resolve) => (answerSlow = resolve));
    let seen = 0;
    harness.provider.intercept = async () => {
      if (++seen > 1) {
        // The slow holder's answer has used up the refresh token, and is stored while this refusal is on its way.
        answerSlow();
        await eventually(async () => (await credentialOf(firm)).generation === 2);
        return { status: 401, body: { error: 'invalid_grant' } };
      }
      await isAnswered;
      return { status: 200, body: { access_token: 'plain-slow', refresh_token: 'plain-slow-next', expires_in: 3600 } };
    };
    const first = get(slow, firm);
    await eventually(() => seen === 1);
    await harness.sql('update credential set lease_until = clock_timestamp() where connection_id = $1', [firm.id]);
    expect(await get(patient, firm)).toMatchObject({ accessToken: 'plain-slow', generation: 2 });
    expect(await first).toMatchObject({ accessToken: 'plain-slow', generation: 2 });
    expect(await statusOf(firm)).toBe('active');
  });

  it('stays leased to a slow holder for as long as that lives', async () => {
    const firm = await aFirm('ghl');
    const short = { TOKEN_LEASE_SECONDS: '1', TOKEN_WAIT_SECONDS: '30' };
    const [slow, patient] = [await harness.replica(short), await harness.replica(short)];
    await harness.expire(firm.id);
    harness.provider.intercept = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 2_500));
    const tokens = await Promise.all([get(slow, firm), get(patient, firm)]);
    expect(tokens).toMatchObject([{ generation: 2 }, { generation: 2 }]);
    expect(harness.provider.refreshes()).toHaveLength(1);
  });

  it('does not leave the caller waiting for a refresh that hangs elsewhere', async () => {
    const firm = await aFirm('clio');
    const hasty = await harness.replica({ TOKEN_WAIT_SECONDS: '1' });
    await harness.expire(firm.id);
    await harness.sql(
      "update credential set lease_owner = $2, lease_until = clock_timestamp() + interval '1 hour' where connection_id = $1",
      [firm.id, randomUUID()],
    );
    await expect(get(hasty, firm)).rejects.toMatchObject({ kind: 'unavailable', code: 'token.refresh_pending' });
    expect(harness.provider.refreshes()).toEqual([]);
  });

  it('on its way is waited for by a stopping process', async () => {
    const firm = await aFirm('ghl');
    const stopping = await harness.replica();
    await harness.expire(firm.id);
    let isAsked = false;
    harness.provider.intercept = () => {
      isAsked = true;
      return new Promise((resolve) => setTimeout(() => resolve(undefined), 200));
    };
    const asked = get(stopping, firm);
    await eventually(() => isAsked);
    await stopping.refreshCredential.beforeApplicationShutdown();
    expect(await credentialOf(firm)).toMatchObject({ generation: 2 });
    await asked;
  });

  it('mentions an answer that never arrived when the grant turns out dead after it', async () => {
    const firm = await aFirm('ghl');
    const hasty = await harness.replica({ TOKEN_CALL_TIMEOUT_SECONDS: '1' });
    await harness.expire(firm.id);
    harness.provider.intercept = () => new Promise(() => undefined);
    await expect(get(hasty, firm)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await credentialOf(firm)).toMatchObject({ lease_owner: null, attempt_started_at: expect.any(Date) });

    harness.provider.intercept = () => ({ status: 401, body: { error: 'invalid_grant' } });
    await harness.sql('update credential set retry_at = null where connection_id = $1', [firm.id]);
    await expect(get(hasty, firm)).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(await deaths(firm)).toMatchObject([{ data: { reason: expect.stringContaining('never arrived') } }]);
  });

  it('stores a refreshed token as soon as the database takes it again', async () => {
    const firm = await aFirm('ghl');
    await harness.expire(firm.id);
    harness.provider.intercept = async () => {
      await harness.sql('alter table credential add constraint stuck check (generation < 2) not valid');
      setTimeout(() => void harness.sql('alter table credential drop constraint stuck'), 400);
      return undefined;
    };
    expect(await get(replica, firm)).toMatchObject({ generation: 2 });
    expect(harness.provider.refreshes()).toHaveLength(1);
  });
});
