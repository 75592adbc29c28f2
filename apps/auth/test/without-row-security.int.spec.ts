import type { UseCases } from '../src/use-cases.js';
import { aConversation, anAccount, aSignIn, asSyncService, connect, Harness } from './harness.js';

describe('without row-level security', () => {
  let harness: Harness;
  let replica: UseCases;
  beforeAll(async () => {
    harness = await Harness.start();
    replica = await harness.replica();
    const shut =
      "select oid::regclass as name from pg_class where relrowsecurity and relnamespace = 'auth'::regnamespace";
    for (const { name } of await harness.sql<{ name: string }>(shut)) {
      await harness.sql(`alter table ${name} disable row level security`);
    }
  });
  afterAll(() => harness.stop());

  it('the connections and tokens of a firm are kept from another by the words of the statements alone', async () => {
    const [owner, stranger] = [aConversation(), aConversation()];
    const { connectionId } = await connect(replica, { provider: 'clio', region: 'us', account: anAccount() }, owner);
    const own = await connect(replica, { provider: 'clio', region: 'us', account: anAccount() }, stranger);

    expect((await replica.listConnections.execute(stranger.tenantId)).connections).toEqual([own]);
    const asking = { connectionId, rejectedGeneration: null };
    await expect(replica.getAccessToken.execute(asking, asSyncService(stranger, 'clio'))).rejects.toMatchObject({
      code: 'connection.not_found',
    });
    await expect(replica.beginAuthorization.execute(aSignIn({ connectionId }), stranger)).rejects.toMatchObject({
      code: 'connection.not_found',
    });
    expect(await replica.getAccessToken.execute(asking, asSyncService(owner, 'clio'))).toMatchObject({ generation: 1 });
  });
});
