import { identityMessages, operationMessages, syncMessages, type Actor, type DataOf } from '@firmbridge/contracts';
import { IdentityHandler } from '../src/inbound/messages/identity.handler.js';
import { EntityQuestionsHandler } from '../src/inbound/messages/entity-questions.handler.js';
import { mappingMessages } from '@firmbridge/contracts';
import { aClioRecord } from './builders/a-clio-record.js';
import { aGhlContact } from './builders/a-ghl-contact.js';
import { aMessage, aRecord, MappingHarness, type MappingTenant } from './mapping-harness.js';

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterAll(() => mapping.stop());

const actor: Actor = { kind: 'person', id: 'p1', roles: ['operator'] };
const aContact = (id: number, fields: Record<string, unknown> = {}) =>
  aRecord(aClioRecord('contacts', { id, company: null, ...fields }));
const aLead = (id: string, fields: Record<string, unknown> = {}) => aRecord(aGhlContact(id, fields));
const somebodyElse = { firstName: 'Omar', lastName: 'Diaz', email: 'o@diaz.example', phone: null };
const spouse = { firstName: 'Martin', lastName: 'Hughes', email: 'clara@hughes.example' };

const handler = () => mapping.get(IdentityHandler);
const merge = (tenant: MappingTenant, data: DataOf<typeof identityMessages.mergeEntities>) =>
  handler().merge(aMessage(identityMessages.mergeEntities, tenant.tenantId, data, { actor }));
const splitGhl = (tenant: MappingTenant, entityId: string, recordId: string) =>
  handler().split(
    aMessage(
      identityMessages.splitEntity,
      tenant.tenantId,
      { entityId, connectionId: tenant.ghlConnectionId, resource: 'contacts', recordId },
      { actor },
    ),
  );
const reviews = (tenant: MappingTenant, state: 'pending' | 'same' | 'different' | 'withdrawn' = 'pending') =>
  handler().find(aMessage(identityMessages.findMatchReviews, tenant.tenantId, { state, limit: 10 }));
const decide = (tenant: MappingTenant, reviewId: string, decision: 'same' | 'different') =>
  handler().decide(aMessage(identityMessages.decideMatch, tenant.tenantId, { reviewId, decision }, { actor }));
const look = async (tenant: MappingTenant, entityId: string) => {
  const question = { entityType: null, text: null, entityId, limit: 1, cursor: null };
  const message = aMessage(mappingMessages.searchEntities, tenant.tenantId, question);
  return (await mapping.get(EntityQuestionsHandler).search(message)).entities[0];
};
const told = async (tenant: MappingTenant) =>
  (await tenant.entityEvents()).map(({ verb, entityId, version }) => ({ verb, entityId, version }));

async function twoOnBothSides() {
  const tenant = await mapping.aTenant({ paired: true });
  await tenant.normalize('contacts', aContact(1));
  await tenant.normalizeGhl(aLead('g1', somebodyElse));
  return { tenant, clio: await tenant.clioEntity(1), ghl: await tenant.ghlEntity('g1') };
}

async function anOpenQuestion() {
  const tenant = await mapping.aTenant({ paired: true });
  await tenant.normalizeGhl(aLead('g1', spouse));
  await tenant.normalize('contacts', aContact(1));
  const { reviews: open } = await reviews(tenant);
  const reviewId = open[0]?.reviewId ?? 'none';
  return { tenant, reviewId, clio: await tenant.clioEntity(1), ghl: await tenant.ghlEntity('g1') };
}

describe('merging two contacts', () => {
  it('makes their records one entity, leaves word where the other went and tells of it', async () => {
    const { tenant, clio, ghl } = await twoOnBothSides();
    const { entity } = await merge(tenant, { entityId: ghl, intoEntityId: clio });
    expect(entity).toMatchObject({ entityId: clio, title: 'Clara Hughes' });
    expect(entity.links.map(({ recordId }) => recordId).toSorted()).toEqual(['1', 'g1']);
    expect(await look(tenant, ghl)).toMatchObject({ entityId: ghl, deleted: true, mergedInto: clio, links: [] });
    expect(await told(tenant)).toEqual([
      { verb: 'created', entityId: clio, version: '0.1' },
      { verb: 'created', entityId: ghl, version: '0.1' },
      { verb: 'merged', entityId: ghl, version: '0.2' },
    ]);
  });

  it('keeps what Clio says, whichever of them stays', async () => {
    const { tenant, clio, ghl } = await twoOnBothSides();
    const { entity } = await merge(tenant, { entityId: clio, intoEntityId: ghl });
    expect(entity).toMatchObject({ entityId: ghl, title: 'Clara Hughes', state: { firstName: 'Clara' } });
    expect((await told(tenant)).slice(2)).toEqual([
      { verb: 'merged', entityId: clio, version: '0.2' },
      { verb: 'updated', entityId: ghl, version: '0.2' },
    ]);
  });

  it('done twice does it once', async () => {
    const { tenant, clio, ghl } = await twoOnBothSides();
    await merge(tenant, { entityId: ghl, intoEntityId: clio });
    await merge(tenant, { entityId: ghl, intoEntityId: clio });
    expect(await told(tenant)).toHaveLength(3);
  });

  it('is refused where both have a record in one account, and of an entity with itself', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1), aContact(2, { first_name: 'Omar', name: 'Omar Hughes' }));
    const [one, two] = [await tenant.clioEntity(1), await tenant.clioEntity(2)];
    await expect(merge(tenant, { entityId: one, intoEntityId: two })).rejects.toMatchObject({
      code: 'identity.both_linked',
    });
    await expect(merge(tenant, { entityId: one, intoEntityId: one })).rejects.toMatchObject({
      code: 'identity.same_entity',
    });
  });

  it('leads a later change of the record to the entity it is now', async () => {
    const { tenant, clio, ghl } = await twoOnBothSides();
    await merge(tenant, { entityId: clio, intoEntityId: ghl });
    await tenant.normalize('contacts', { ...aContact(1, { last_name: 'Reyes', name: 'Clara Reyes' }), revision: 2 });
    expect(await look(tenant, ghl)).toMatchObject({ title: 'Clara Reyes' });
  });
});

describe('splitting a record off', () => {
  it('undoes a merge: the entity that went is there again', async () => {
    const { tenant, clio, ghl } = await twoOnBothSides();
    await merge(tenant, { entityId: ghl, intoEntityId: clio });
    const { entity } = await splitGhl(tenant, clio, 'g1');
    expect(entity).toMatchObject({ entityId: ghl, deleted: false, mergedInto: null, state: { firstName: 'Omar' } });
    expect((await told(tenant)).at(-1)).toEqual({ verb: 'split', entityId: ghl, version: '0.3' });
    expect((await look(tenant, clio))?.links.map(({ recordId }) => recordId)).toEqual(['1']);
    await merge(tenant, { entityId: ghl, intoEntityId: clio });
    expect((await look(tenant, ghl))?.mergedInto).toBe(clio);
  });

  it('gives a record that was linked by itself a new entity, never to be taken for the same again', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1'));
    const clio = await tenant.clioEntity(1);
    const { entity } = await splitGhl(tenant, clio, 'g1');
    expect(entity.entityId).not.toBe(clio);
    await tenant.normalizeGhl(aLead('g1', { lastName: 'Hughes-Diaz' }));
    expect(await look(tenant, entity.entityId)).toMatchObject({ title: 'Clara Hughes-Diaz' });
    expect((await look(tenant, clio))?.title).toBe('Clara Hughes');
    expect((await reviews(tenant, 'different')).reviews).toHaveLength(1);
  });

  it('is refused for the only record of an entity', async () => {
    const { tenant, ghl } = await twoOnBothSides();
    await expect(splitGhl(tenant, ghl, 'g1')).rejects.toMatchObject({ code: 'identity.nothing_to_split' });
  });
});

describe('deciding about a pair', () => {
  it('shows both sides and the evidence', async () => {
    const { tenant, clio, ghl } = await anOpenQuestion();
    const { reviews: open, pending } = await reviews(tenant);
    expect(pending).toBe(1);
    expect([open[0]?.one.entityId, open[0]?.other.entityId].toSorted()).toEqual([clio, ghl].toSorted());
    expect(open[0]?.evidence.map(({ says }) => says)).toContain('other first name');
  });

  it('as the same merges them into the one that Clio has, and carries it over', async () => {
    const { tenant, reviewId, clio, ghl } = await anOpenQuestion();
    const { review } = await decide(tenant, reviewId, 'same');
    expect(review).toMatchObject({ state: 'same', decidedBy: 'person:p1;operator' });
    expect((await look(tenant, ghl))?.mergedInto).toBe(clio);
    expect(await tenant.messages(syncMessages.upsertGhlContact)).toEqual([]);
    expect(await tenant.messages(operationMessages.ghlWriteMessages.writeRecord)).toMatchObject([
      { recordId: 'g1', changes: { firstName: 'Clara' } },
    ]);
    await decide(tenant, reviewId, 'same');
    await expect(decide(tenant, reviewId, 'different')).rejects.toMatchObject({ code: 'identity.decided' });
  });

  it('as different carries over what waited, and is remembered; the opposite may be said later', async () => {
    const { tenant, reviewId, clio, ghl } = await anOpenQuestion();
    await decide(tenant, reviewId, 'different');
    expect(await tenant.messages(syncMessages.upsertGhlContact)).toMatchObject([
      { entityId: clio, ghlContactId: null },
    ]);
    expect((await reviews(tenant)).pending).toBe(0);
    await decide(tenant, reviewId, 'same');
    expect((await look(tenant, ghl))?.mergedInto).toBe(clio);
  });
});

describe('thresholds', () => {
  it('of a pairing decide what is asked from then on', async () => {
    const tenant = await mapping.aTenant({ paired: true });
    const [row] = await tenant.query<{ pairing_id: string }>('select pairing_id from pairing where tenant_id = $1');
    const pairingId = row?.pairing_id ?? '';
    const ask = aMessage(identityMessages.getMatchThresholds, tenant.tenantId, { pairingId });
    expect(await handler().getThresholds(ask)).toEqual({ pairingId, auto: 0.99, review: 0.7 });
    const wish = { pairingId, auto: 1, review: 0.7 };
    await handler().setThresholds(aMessage(identityMessages.setMatchThresholds, tenant.tenantId, wish));
    await tenant.normalize('contacts', aContact(1));
    await tenant.normalizeGhl(aLead('g1'));
    expect((await reviews(tenant)).pending).toBe(1);
  });
});
