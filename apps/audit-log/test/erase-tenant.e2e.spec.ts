import { syncMessages } from '@firmbridge/contracts';
import { erasesFirms } from '../../../libs/service/test/erasing.js';
import { auditLog } from '../src/index.js';

const { problemRaised, providerCallAttempted } = syncMessages;
const problem = problemRaised.data.parse(problemRaised.example);
const call = providerCallAttempted.data.parse(providerCallAttempted.example);

erasesFirms({
  definition: auditLog,
  work: async (services, tenantId) => {
    await services.publish(problemRaised, problem, { tenantId });
    await services.publish(providerCallAttempted, call, { tenantId });
    return ['problem', 'transaction', 'inbox_message'];
  },
  late: (services) => services.publish(problemRaised, problem),
});
