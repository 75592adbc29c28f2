import { parseGhlError, readCustomFieldValue } from '@firmbridge/ghl-api';
import { at, GhlSandboxUnderTest, listAt, started, textAt } from './ghl-sandbox.js';

interface Pipeline {
  readonly id: string;
  readonly stages: readonly string[];
}

let sandbox: GhlSandboxUnderTest;
let contactId: string;
let intake: Pipeline;
let active: Pipeline;

beforeEach(async () => {
  sandbox = await GhlSandboxUnderTest.start({ switches: { indexDelayMs: 0 } });
  contactId = textAt(
    sandbox.control.createContact(sandbox.locationId, { name: 'Ann Lee', email: 'ann@example.com' }),
    'id',
  );
  const { body } = await sandbox.call('GET', `/opportunities/pipelines?locationId=${sandbox.locationId}`);
  const [first, second] = listAt(body, 'pipelines').map((pipeline) => ({
    id: textAt(pipeline, 'id'),
    stages: listAt(pipeline, 'stages').map((stage) => textAt(stage, 'id')),
  }));
  if (!first || !second) throw new Error('two pipelines are seeded');
  [intake, active] = [first, second];
});
afterEach(() => sandbox.stop());

const create = (over: object = {}) =>
  sandbox.call('POST', '/opportunities/', {
    body: {
      locationId: sandbox.locationId,
      pipelineId: intake.id,
      contactId,
      name: 'Lee v. City',
      status: 'open',
      ...over,
    },
  });
const upsert = (over: object) =>
  sandbox.call('POST', '/opportunities/upsert', {
    body: { locationId: sandbox.locationId, pipelineId: intake.id, contactId, name: 'Lee', status: 'open', ...over },
  });
const created = async (over: object = {}) => textAt((await create(over)).body, 'opportunity', 'id');
const put = (id: string, body: object) => sandbox.call('PUT', `/opportunities/${id}`, { body });
const get = async (id: string) => at((await sandbox.call('GET', `/opportunities/${id}`)).body, 'opportunity');

it('gives stages as UUIDs and asks for the location', async () => {
  expect(intake.stages[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const { status, body } = await sandbox.call('GET', '/opportunities/pipelines');
  expect([status, body['message']]).toEqual([422, ["locationId can't be undefined"]]);
});

describe('writing an opportunity', () => {
  it('starts in the first stage and shows its contact', async () => {
    const answer = await create({ monetaryValue: 1200, source: 'referral' });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        traceId: expect.any(String),
        opportunity: {
          pipelineStageId: intake.stages[0],
          monetaryValue: 1200,
          source: 'referral',
          createdAt: started.toISOString(),
          contact: { id: contactId, name: 'Ann Lee', email: 'ann@example.com' },
        },
      },
    });
  });

  it('remembers when stage and status changed', async () => {
    const id = await created();
    sandbox.clock.advance(1000);
    await put(id, { pipelineStageId: intake.stages[2] });
    sandbox.clock.advance(1000);
    const status = await sandbox.call('PUT', `/opportunities/${id}/status`, { body: { status: 'won' } });
    expect(status.body).toMatchObject({ succeded: true });
    const after = (seconds: number) => new Date(started.getTime() + seconds * 1000).toISOString();
    expect(await get(id)).toMatchObject({
      status: 'won',
      lastStageChangeAt: after(1),
      lastStatusChangeAt: after(2),
      updatedAt: after(2),
      createdAt: after(0),
    });
  });

  it.each([
    ['a blank name', { name: '' }, 422],
    ['a name of spaces', { name: '  ' }, 422],
    ['the status of searches', { status: 'all' }, 422],
    ['a contact nobody knows', { contactId: 'none' }, 400],
    ['a pipeline nobody knows', { pipelineId: 'none' }, 400],
    ['a property nobody knows', { stageId: 'x' }, 422],
  ])('refuses %s', async (_, over, status) => {
    expect((await create(over)).status).toBe(status);
  });

  it.each(['400', '422'] as const)('refuses the stage of another pipeline with %s as switched', async (status) => {
    sandbox.control.setSwitches({ foreignStageStatus: status });
    expect((await create({ pipelineStageId: active.stages[0] })).status).toBe(Number(status));
  });

  it.each(['contactId', 'stageId'])('refuses %s in an update', async (property) => {
    const answer = await put(await created(), { [property]: 'x' });
    expect([answer.status, parseGhlError(answer.body).unknownProperties]).toEqual([422, [property]]);
  });

  it.each([
    ['source', 'opportunitySourceOnUpdate'],
    ['locationId', 'opportunityLocationOnUpdate'],
  ])('takes %s in an update or not, as switched', async (property, name) => {
    const id = await created();
    const body = { [property]: property === 'locationId' ? sandbox.locationId : 'referral' };
    expect((await put(id, body)).status).toBe(422);
    sandbox.control.setSwitches({ [name]: 'accepted' });
    expect((await put(id, body)).status).toBe(200);
  });

  it('moves to the first stage of another pipeline', async () => {
    const id = await created({ pipelineStageId: intake.stages[3] });
    await put(id, { pipelineId: active.id });
    expect(await get(id)).toMatchObject({ pipelineId: active.id, pipelineStageId: active.stages[0] });
  });
});

describe('the rule of one opportunity per contact and pipeline', () => {
  it('refuses the second and names the first', async () => {
    const id = await created();
    const answer = await create();
    expect([answer.status, answer.body['code']]).toEqual([400, 'OPPORTUNITY_NO_DUPLICATE']);
    expect(parseGhlError(answer.body).duplicate).toEqual({ of: 'opportunity', id });
  });

  it('leaves other pipelines alone', async () => {
    await create();
    expect((await create({ pipelineId: active.id })).status).toBe(201);
  });

  it.each([
    [true, 400],
    [false, 201],
  ])('counts closed ones or not: %s gives %s', async (closedOpportunitiesBlock, status) => {
    sandbox.control.setSwitches({ closedOpportunitiesBlock });
    await create({ status: 'lost' });
    expect((await create()).status).toBe(status);
  });

  it('does not hold where the location allows duplicates', async () => {
    sandbox.control.setLocation(sandbox.locationId, { settings: { allowDuplicateOpportunity: true } });
    await create();
    expect((await create()).status).toBe(201);
  });
});

describe('upsert', () => {
  it('finds the opportunity by contact and pipeline', async () => {
    const first = await upsert({});
    const second = await upsert({ monetaryValue: 5 });
    expect([first.body['new'], second.body['new']]).toEqual([true, false]);
    expect(at(second.body, 'opportunity', 'id')).toBe(at(first.body, 'opportunity', 'id'));
  });

  it('finds it by id alone as switched', async () => {
    sandbox.control.setSwitches({ opportunityUpsertMatch: 'id-only' });
    const id = textAt((await upsert({})).body, 'opportunity', 'id');
    expect((await upsert({})).body['code']).toBe('OPPORTUNITY_NO_DUPLICATE');
    expect((await upsert({ id, monetaryValue: 5 })).body).toMatchObject({
      new: false,
      opportunity: { monetaryValue: 5 },
    });
  });
});

describe('custom fields of an opportunity', () => {
  it.each([
    ['typed', { type: 'number', fieldValueNumber: 1500 }],
    ['published', { fieldValue: 1500 }],
  ])('are read as fieldValue by id and as %s in searches', async (opportunitySearchFields, expected) => {
    sandbox.control.setSwitches({ opportunitySearchFields });
    const id = await created({ customFields: [{ key: 'estimated_fee', field_value: '1500' }] });
    expect(listAt(await get(id), 'customFields')).toEqual([{ id: expect.any(String), fieldValue: 1500 }]);
    const filters = [{ field: 'id', operator: 'eq', value: id }];
    const body = { locationId: sandbox.locationId, limit: 10, filters };
    const found = await sandbox.call('POST', '/opportunities/search', { body });
    const [field] = listAt(found.body, 'opportunities', 0, 'customFields');
    expect(field).toEqual({ id: expect.any(String), ...expected });
    expect(readCustomFieldValue({ ...field, id: 'x' })).toBe(1500);
  });
});

describe('searching', () => {
  const list = (query: Record<string, string>) =>
    sandbox.call('GET', `/opportunities/search?${new URLSearchParams({ location_id: sandbox.locationId, ...query })}`);

  it('filters in snake_case by POST', async () => {
    const id = await created({ monetaryValue: 99_999 });
    const filters = [{ field: 'monetary_value', operator: 'range', value: { gt: 90_000 } }];
    const body = { locationId: sandbox.locationId, limit: 10, filters };
    const found = await sandbox.call('POST', '/opportunities/search', { body });
    expect(listAt(found.body, 'opportunities').map((opportunity) => opportunity['id'])).toEqual([id]);
    const wrong = { ...body, filters: [{ field: 'monetaryValue', operator: 'exists' }] };
    expect((await sandbox.call('POST', '/opportunities/search', { body: wrong })).status).toBe(422);
  });

  it('filters by GET parameters and leads on to the next page', async () => {
    const first = await list({ limit: '6' });
    expect(first.body).toMatchObject({ meta: { total: 10, currentPage: 1, nextPage: 2 } });
    const next = textAt(first.body, 'meta', 'nextPageUrl').replace(sandbox.origin, '');
    const second = await sandbox.call('GET', next);
    const ids = [...listAt(first.body, 'opportunities'), ...listAt(second.body, 'opportunities')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(10);
    expect(listAt((await list({ pipeline_id: active.id })).body, 'opportunities')).toEqual([]);
  });

  it('finds by the name of the contact', async () => {
    const id = await created();
    expect(listAt((await list({ q: 'ann lee' })).body, 'opportunities').map((found) => found['id'])).toEqual([id]);
  });

  it('refuses a search without a location and a page of more than 100', async () => {
    expect((await sandbox.call('GET', '/opportunities/search')).status).toBe(422);
    expect((await list({ limit: '101' })).status).toBe(422);
  });
});

it('deletes, and frees the place of the deleted', async () => {
  const id = await created();
  expect((await sandbox.call('DELETE', `/opportunities/${id}`)).body).toMatchObject({ succeded: true });
  expect((await create()).status).toBe(201);
});
