import {
  authMessages,
  envelopeSchema,
  newMessage,
  newOrigin,
  systemActor,
  toMessage,
  type DataOf,
  type Message,
} from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { UseCases } from '../src/use-cases.js';
import { aConversation, anAccount, connect, Harness } from './harness.js';

type Command = Message<DataOf<typeof authMessages.createPairing>>;

describe('pairing two connections', () => {
  let harness: Harness;
  let replica: UseCases;
  beforeAll(async () => {
    harness = await Harness.start();
    replica = await harness.replica();
  });
  afterAll(() => harness.stop());

  async function aFirm() {
    const who = aConversation();
    const clio = await connect(replica, { provider: 'clio', region: 'us', account: anAccount() }, who);
    const ghl = await connect(replica, { provider: 'ghl', region: 'global', account: anAccount() }, who);
    const data = { pairingId: randomUUID(), clioConnectionId: clio.connectionId, ghlConnectionId: ghl.connectionId };
    return { who, data, told: () => harness.messages(who.tenantId, 'auth.pairing-created.v1') };
  }

  function aCommand(tenantId: string, data: Command['data']): Command {
    const origin = newOrigin({ service: 'gateway', tenantId, now: new Date(), actor: systemActor('gateway') });
    const { envelope } = newMessage(authMessages.createPairing, data, origin);
    return toMessage(envelopeSchema.parse(envelope)) as Command;
  }

  it('is told with the command as its cause', async () => {
    const { who, data, told } = await aFirm();
    const command = aCommand(who.tenantId, data);
    await replica.createPairing.execute(command);
    expect(await told()).toMatchObject([{ causationId: command.id, correlationId: command.correlationId, data }]);
    expect((await replica.listConnections.execute(who.tenantId)).pairings).toEqual([data]);
  });

  it('happens once for a command that is delivered twice, sent twice, or sent with another id', async () => {
    const { who, data, told } = await aFirm();
    const command = aCommand(who.tenantId, data);
    await Promise.all([replica.createPairing.execute(command), replica.createPairing.execute(command)]);
    await replica.createPairing.execute(aCommand(who.tenantId, data));
    await replica.createPairing.execute(aCommand(who.tenantId, { ...data, pairingId: randomUUID() }));
    expect(await told()).toHaveLength(1);
  });

  it('refuses connections of another firm and of the wrong provider', async () => {
    const { who, data, told } = await aFirm();
    const stranger = await aFirm();
    const swapped = { ...data, clioConnectionId: data.ghlConnectionId, ghlConnectionId: data.clioConnectionId };
    const foreign = { ...data, ghlConnectionId: stranger.data.ghlConnectionId };
    for (const wrong of [swapped, foreign]) {
      await expect(replica.createPairing.execute(aCommand(who.tenantId, wrong))).rejects.toMatchObject({
        code: 'pairing.wrong_connections',
        retryable: false,
      });
    }
    expect(await told()).toEqual([]);
  });

  it('refuses an id that belongs to other connections', async () => {
    const { who, data } = await aFirm();
    await replica.createPairing.execute(aCommand(who.tenantId, data));
    const ghl = await connect(replica, { provider: 'ghl', region: 'global', account: anAccount() }, who);
    const reused = aCommand(who.tenantId, { ...data, ghlConnectionId: ghl.connectionId });
    await expect(replica.createPairing.execute(reused)).rejects.toMatchObject({ code: 'pairing.id_taken' });
  });
});
