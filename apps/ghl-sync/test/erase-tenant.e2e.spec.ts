import { authMessages, syncMessages } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { erasesFirms, rowsOf } from '../../../libs/service/test/erasing.js';
import { ghlSync } from '../src/index.js';

const { connectionEstablished } = authMessages;
const { upsertGhlContact } = syncMessages;
const write = upsertGhlContact.data.parse(upsertGhlContact.example);
const connection = {
  ...connectionEstablished.data.parse(connectionEstablished.example),
  connectionId: write.connectionId,
  provider: 'ghl' as const,
};

erasesFirms({
  definition: ghlSync,
  work: async (services, tenantId) => {
    await services.publish(connectionEstablished, connection, { tenantId });
    const database = await services.storageOf(ghlSync.schema!);
    await eventually(async () => expect(await rowsOf(database, tenantId)).toHaveProperty('connection'));
    await services.publish(upsertGhlContact, write, { tenantId, from: 'mapping' });
    return ['connection', 'write_task', 'inbox_message'];
  },
  late: (services) => services.publish(upsertGhlContact, write, { from: 'mapping' }),
});
