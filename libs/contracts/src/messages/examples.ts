import { exampleFirm } from '../example-firm.js';

/** What several messages show of the example firm; each use is checked against its own schema. */
export const exampleCall = {
  service: 'ghl-sync',
  provider: 'ghl',
  connectionId: exampleFirm.ghlConnectionId,
  operation: 'ghl.contacts.update',
  method: 'PUT',
  path: `/contacts/${exampleFirm.ghlContactId}`,
  attempt: 1,
  status: 200,
  durationMs: 184,
  startedAt: '2026-11-18T15:24:07.301Z',
  errorCode: null,
  errorMessage: null,
  rateLimit: { limit: 100, remaining: 93, resetAt: null },
  requestBody: '{"firstName":"Marisol","lastName":"Tenbrook"}',
  responseBody: '{"succeded":true}',
} as const;

export const exampleProblem = {
  service: 'mapping',
  code: 'mapping.value_unknown',
  message: 'The matter status "archived" is not known here.',
  provider: 'clio',
  connectionId: exampleFirm.clioConnectionId,
  resource: 'matters',
  recordId: '1654038871',
  runId: exampleFirm.runId,
  details: { revision: 4 },
} as const;
