import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import type { UseCases } from '../src/use-cases.js';
import { aConversation, anAccount, connect, Harness } from './harness.js';

describe('a token that nobody asks for', () => {
  let harness: Harness;
  let replicas: UseCases[];
  beforeAll(async () => {
    harness = await Harness.start();
    replicas = [await harness.replica(), await harness.replica()];
  });
  beforeEach(async () => {
    // What other tests have left is not due.
    await harness.sql('delete from credential');
    harness.provider.tokenCalls.length = 0;
    harness.provider.intercept = () => undefined;
    harness.refreshes.length = 0;
  });
  afterAll(() => harness.stop());

  const [first, second] = [() => replicas[0]!, () => replicas[1]!];

  /** So many connections that are due, the first for the longest time. */
  async function due(count: number, provider: 'clio' | 'ghl' = 'clio'): Promise<string[]> {
    const region = provider === 'clio' ? 'us' : 'global';
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const { connectionId } = await connect(first(), { provider, region, account: anAccount() }, aConversation());
      ids.push(connectionId);
    }
    for (const [at, id] of ids.entries()) {
      await harness.sql(
        "update credential set refresh_at = clock_timestamp() - ($2 || ' minutes')::interval where connection_id = $1",
        [id, count - at],
      );
    }
    return ids;
  }

  const generations = async (ids: readonly string[]) => {
    const rows = await harness.sql<{ id: string; generation: number }>(
      'select connection_id as id, generation from credential where connection_id = any ($1)',
      [ids],
    );
    return ids.map((id) => rows.find((row) => row.id === id)?.generation);
  };

  /** As a loop does it: until nothing is due. */
  async function drain(replica: UseCases): Promise<number> {
    let count = 0;
    while (await replica.refreshDueCredentials.execute()) count += 1;
    return count;
  }

  it('is refreshed when it is due, once over all replicas and strands, by nobody in particular', async () => {
    const ids = await due(12, 'ghl');
    const done = await Promise.all([first(), first(), second(), second()].map(drain));
    expect(done.reduce((sum, count) => sum + count)).toBe(12);
    expect(await generations(ids)).toEqual(ids.map(() => 2));
    expect(harness.provider.refreshes()).toHaveLength(12);
    expect(harness.refreshes).toEqual(Array.from({ length: 12 }, () => 'ghl refreshed'));
    const calls = await harness.sql<{ envelope: string }>(
      "select envelope from outbox_message where envelope like '%ghl.refresh-token%' order by id desc limit 1",
    );
    expect(JSON.parse(calls[0]?.envelope ?? '{}')).toMatchObject({ actor: 'system:auth' });
    expect(await drain(first())).toBe(0);
  });

  it('is refreshed in the order in which the tokens became due', async () => {
    const ids = await due(3);
    await first().refreshDueCredentials.execute();
    expect(await generations(ids)).toEqual([2, 1, 1]);
  });

  it('is left alone while a failure rests, while somebody refreshes it and when its connection is dead or ends', async () => {
    const [paused, leased, dead, ending] = await due(4);
    await harness.sql(
      "update credential set retry_at = clock_timestamp() + interval '1 hour' where connection_id = $1",
      [paused],
    );
    await harness.sql(
      "update credential set lease_owner = $2, lease_until = clock_timestamp() + interval '1 hour' where connection_id = $1",
      [leased, randomUUID()],
    );
    await harness.sql("update connection set status = 'reauthorization_required' where connection_id = $1", [dead]);
    await harness.sql(
      `insert into disconnection (tenant_id, disconnection_id, connection_id, provider, account_name, state, requested_at,
                                  requested_by, correlation_id, missing, asked_at, asked_count, revocation_attempts, retry_at, remains)
       select tenant_id, gen_random_uuid(), connection_id, provider, account_name, 'revoking', now(), 'system:auth',
              gen_random_uuid(), '{}', now(), 0, 0, now(), '[]' from connection where connection_id = $1`,
      [ending],
    );
    expect(await drain(first())).toBe(0);
    expect(harness.provider.refreshes()).toEqual([]);

    await harness.sql('update credential set retry_at = clock_timestamp() where retry_at is not null');
    await harness.sql('update credential set lease_until = clock_timestamp() where lease_until is not null');
    expect(await drain(first())).toBe(2);
    expect(await generations([paused!, leased!, dead!, ending!])).toEqual([2, 2, 1, 1]);
  });

  it('rests after a failure and is tried again, for as long as it takes', async () => {
    const [id] = await due(1);
    harness.provider.intercept = () => ({ status: 503, body: {} });
    expect(await drain(first())).toBe(1);
    expect(await drain(first())).toBe(0);
    harness.provider.intercept = () => undefined;
    await harness.sql('update credential set retry_at = clock_timestamp() where connection_id = $1', [id]);
    expect(await drain(second())).toBe(1);
    expect(await generations([id!])).toEqual([2]);
    expect(harness.refreshes).toEqual(['clio unavailable', 'clio refreshed']);
  });

  it('shares its refresh with callers in the same process, and callers elsewhere wait for it', async () => {
    const who = aConversation();
    const account = anAccount();
    const { connectionId } = await connect(first(), { provider: 'ghl', region: 'global', account }, who);
    await harness.expire(connectionId);
    let isAsked = false;
    harness.provider.intercept = async () => {
      isAsked = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return undefined;
    };
    const looping = first().refreshDueCredentials.execute();
    await eventually(() => isAsked);
    const sync = { ...who, actor: { kind: 'system', id: 'ghl-sync', roles: [] } as const };
    const request = { connectionId, rejectedGeneration: null };
    const tokens = await Promise.all(replicas.map((replica) => replica.getAccessToken.execute(request, sync)));
    expect(tokens.map(({ generation }) => generation)).toEqual([2, 2]);
    expect(await looping).toBe(true);
    expect(harness.provider.refreshes()).toHaveLength(1);
  });

  it('is not lost by a process that stops meanwhile', async () => {
    const [id] = await due(1, 'ghl');
    let isAsked = false;
    harness.provider.intercept = async () => {
      isAsked = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return undefined;
    };
    const stopping = await harness.replica();
    const looping = stopping.refreshDueCredentials.execute();
    await eventually(() => isAsked);
    await stopping.refreshCredential.beforeApplicationShutdown();
    expect(await generations([id!])).toEqual([2]);
    await looping;
  });

  it('is dead to a person at the next refresh when its grant is gone', async () => {
    const [id] = await due(1);
    harness.provider.intercept = () => ({ status: 400, body: { error: 'invalid_grant' } });
    expect(await drain(first())).toBe(1);
    expect(await drain(first())).toBe(0);
    const [connection] = await harness.sql('select status from connection where connection_id = $1', [id]);
    expect(connection).toEqual({ status: 'reauthorization_required' });
    expect(harness.refreshes).toEqual(['clio dead']);
  });
});
