import { randomUUID } from 'node:crypto';
import { agreementMessages, AppError, type Conflict } from '@firmbridge/contracts';
import { openLocalBroker, TestGateway, type TestBroker } from './gateway-harness.js';

const { findConflicts, decideConflicts, undoConflict, conflictSchema } = agreementMessages;

let broker: TestBroker;
let gateway: TestGateway;

beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker);
  await gateway.start('mapping');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
}, 60_000);
beforeEach(() => gateway.platform.reset());

const aConflict = (): Conflict => conflictSchema.parse(findConflicts.replyExample?.conflicts[0]);
const asked = (contract: { readonly type: string }) => gateway.platform.of(contract).map(({ data }) => data);

describe('conflicts', () => {
  it('are the open ones, unless another state is asked for', async () => {
    const conflict = aConflict();
    gateway.platform.conflicts = [conflict];
    expect((await gateway.get('/api/v1/conflicts')).json()).toEqual({ conflicts: [conflict], open: 1 });
    await gateway.get('/api/v1/conflicts?state=decided&limit=5');
    expect(asked(findConflicts)).toEqual([
      { state: 'open', limit: 20 },
      { state: 'decided', limit: 5 },
    ]);
  });

  it('are decided, one, several or always, and a decision is taken back', async () => {
    const conflict = aConflict();
    gateway.platform.conflicts = [conflict];
    const { conflictId } = conflict;
    const answer = await gateway.post('/api/v1/conflicts/decide', { conflictIds: [conflictId], take: 'ghl' });
    expect([answer.status, answer.json()['decided']]).toEqual([200, 1]);
    const undone = await gateway.post(`/api/v1/conflicts/${conflictId}/undo`, {});
    expect([undone.status, undone.json()['conflictId']]).toEqual([200, conflictId]);
    expect(asked(decideConflicts)).toEqual([{ conflictIds: [conflictId], take: 'ghl', always: false }]);
    expect(asked(undoConflict)).toEqual([{ conflictId }]);
  });

  it('that changed since cannot be undone, and the answer says why', async () => {
    gateway.platform.refusal = new AppError('conflict', 'conflict.not_undoable', 'The field has changed since.');
    const answer = await gateway.post(`/api/v1/conflicts/${randomUUID()}/undo`, {});
    expect([answer.status, answer.json()['code']]).toEqual([409, 'conflict.not_undoable']);
  });

  it.each([{}, { conflictIds: [], take: 'clio' }, { conflictIds: [randomUUID()], take: 'perhaps' }])(
    'are not decided by %j',
    async (body) => {
      const answer = await gateway.post('/api/v1/conflicts/decide', body);
      expect([answer.status, answer.json()['code']]).toEqual([400, 'http.validation']);
    },
  );
});
