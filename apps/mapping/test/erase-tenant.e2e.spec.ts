import { authMessages, mappingMessages } from '@firmbridge/contracts';
import { erasesFirms } from '../../../libs/service/test/erasing.js';
import type { RunningServices } from '../../../libs/service/test/running-services.js';
import { mapping } from '../src/index.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aRecord } from './mapping-harness.js';

const { connectionEstablished } = authMessages;
const connection = connectionEstablished.data.parse(connectionEstablished.example);

const page = (services: RunningServices, tenantId: string) => {
  const records = [aRecord(aClioRecord('contacts'))];
  const { connectionId } = connection;
  const data = { connectionId, provider: 'clio' as const, resource: 'contacts', runId: null, records };
  return services.publish(mappingMessages.normalizeRecords, { ...data, cause: 'initial' }, { lane: 'live', tenantId });
};

erasesFirms({
  definition: mapping,
  work: async (services, tenantId) => {
    await services.publish(connectionEstablished, connection, { tenantId });
    await page(services, tenantId);
    return ['connection', 'entity', 'entity_link', 'inbox_message'];
  },
  late: (services) => page(services, services.tenantId),
});
