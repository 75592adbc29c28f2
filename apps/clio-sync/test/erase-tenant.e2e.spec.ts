import { authMessages } from '@firmbridge/contracts';
import { erasesFirms } from '../../../libs/service/test/erasing.js';
import { clioSync } from '../src/index.js';

const { connectionEstablished } = authMessages;
const connection = connectionEstablished.data.parse(connectionEstablished.example);

erasesFirms({
  definition: clioSync,
  work: async (services, tenantId) => {
    await services.publish(connectionEstablished, connection, { tenantId });
    return ['connection', 'run', 'run_resource', 'inbox_message'];
  },
  late: (services) => services.publish(connectionEstablished, connection),
});
