import { ghlWebhookSubject, readGhlWebhook } from './webhooks.js';

const envelope = { type: 'OpportunityDelete', locationId: 'loc', webhookId: 'w', timestamp: '2026-01-01T00:00:00Z' };

it('reads the flat payload of production', () => {
  const event = readGhlWebhook({ ...envelope, id: 'o1', pipelineId: 'p' });
  expect(event).toMatchObject({ id: 'o1', webhookId: 'w' });
  expect(ghlWebhookSubject(event)).toEqual({ of: 'opportunities', change: 'deleted', id: 'o1' });
});

it('reads the nested payload of the guide as if it were flat', () => {
  const event = readGhlWebhook({ ...envelope, data: { id: 'o1', pipelineId: 'p' } });
  expect(event).toMatchObject({ id: 'o1', pipelineId: 'p', webhookId: 'w', type: 'OpportunityDelete' });
});

it.each([
  ['ContactTagUpdate', 'contacts'],
  ['OpportunityStageUpdate', 'opportunities'],
  ['TaskComplete', 'tasks'],
])('takes %s for a change of %s', (type, of) => {
  expect(ghlWebhookSubject(readGhlWebhook({ ...envelope, type, id: 'x' }))).toEqual({ of, change: 'changed', id: 'x' });
});

it('knows installations, which name no record', () => {
  expect(ghlWebhookSubject(readGhlWebhook({ type: 'UNINSTALL', appId: 'a', locationId: 'loc' }))).toEqual({
    of: 'installation',
    change: 'deleted',
  });
});

it('leaves events alone that it does not know', () => {
  expect(ghlWebhookSubject(readGhlWebhook({ type: 'InvoicePaid', id: 'i' }))).toBeNull();
});

it('refuses what has no type', () => {
  expect(() => readGhlWebhook({ id: 'x' })).toThrow();
});
