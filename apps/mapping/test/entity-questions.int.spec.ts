import { mappingMessages, type DataOf } from '@firmbridge/contracts';
import { CountEntities } from '../src/application/count-entities.js';
import { SearchEntities } from '../src/application/search-entities.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aMessage, aRecord, MappingHarness, type MappingTenant } from './mapping-harness.js';

let mapping: MappingHarness;
let tenant: MappingTenant;

beforeAll(async () => {
  mapping = await MappingHarness.start();
  tenant = await mapping.aTenant({ paired: true });
  const contacts = Array.from({ length: 7 }, (_, index) =>
    aRecord(aClioRecord('contacts', { id: index + 1, name: `Contact 100%_${index + 1}`, company: null })),
  );
  await tenant.normalize('contacts', ...contacts);
  await tenant.normalize('practice_areas', aRecord(aClioRecord('practice_areas')));
  await tenant.normalize('contacts', aRecord({ id: 7 }, { revision: 2, deleted: true }));
});
afterAll(() => mapping.stop());

async function search(question: Partial<DataOf<typeof mappingMessages.searchEntities>> = {}, asked = tenant) {
  const data = { entityType: null, text: null, entityId: null, limit: 50, cursor: null, ...question };
  const reply = await mapping
    .get(SearchEntities)
    .execute(aMessage(mappingMessages.searchEntities, asked.tenantId, data));
  return mappingMessages.searchEntities.reply.parse(reply);
}

describe('a search', () => {
  it('gives every entity once over all pages, newest change first', async () => {
    const titles: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof search>> = await search({ limit: 3, cursor });
      titles.push(...page.entities.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(titles.slice(0, 2)).toEqual(['Contact 100%_7', 'Personal Injury']);
    expect(new Set(titles).size).toBe(8);
    expect(titles).toHaveLength(8);
  });

  it('finds by type and by any part of the title, letter case aside, taking % and _ as they are', async () => {
    expect((await search({ entityType: 'practice-area' })).entities).toHaveLength(1);
    expect((await search({ text: 'INJUR' })).entities).toMatchObject([{ entityType: 'practice-area' }]);
    expect((await search({ text: '100%_3' })).entities).toMatchObject([{ title: 'Contact 100%_3' }]);
    expect((await search({ text: '1%3' })).entities).toEqual([]);
  });

  it('finds one entity by its id with its links on both sides', async () => {
    const [{ entityId } = { entityId: '' }] = (await search({ text: '_3' })).entities;
    await tenant.finishWrite({ entityId, recordId: 'ghl-3' });
    expect((await search({ entityId })).entities).toMatchObject([
      {
        entityId,
        version: { epoch: 0, n: 1 },
        deleted: false,
        links: [
          { provider: 'clio', connectionId: tenant.connectionId, resource: 'contacts', recordId: '3' },
          { provider: 'ghl', connectionId: tenant.ghlConnectionId, resource: 'contacts', recordId: 'ghl-3' },
        ],
      },
    ]);
  });

  it('shows a deleted entity as deleted', async () => {
    expect((await search({ text: '_7' })).entities).toMatchObject([{ deleted: true, version: { epoch: 0, n: 2 } }]);
  });

  it('refuses a cursor it did not make', async () => {
    await expect(search({ cursor: 'bm90IGEgY3Vyc29y' })).rejects.toMatchObject({ code: 'cursor.invalid' });
  });

  it('gives shorter pages of large entities, so that the reply stays within what a query may answer', async () => {
    const other = await mapping.aTenant();
    const note = 'x'.repeat(20_000);
    const ids = Array.from({ length: 30 }, (_, index) => index + 1);
    await other.normalize('activities', ...ids.map((id) => aRecord(aClioRecord('activities', { id, note }))));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof search>> = await search({ cursor }, other);
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(256 * 1024);
      seen.push(...page.entities.map(({ entityId }) => entityId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(30);
    expect(seen).toHaveLength(30);
  });

  it('finds nothing of another tenant', async () => {
    expect((await search({}, await mapping.aTenant())).entities).toEqual([]);
  });
});

describe('a count', () => {
  it('is by type and leaves deleted entities out', async () => {
    const question = aMessage(mappingMessages.countEntities, tenant.tenantId, {});
    expect((await mapping.get(CountEntities).execute(question)).counts).toEqual([
      { entityType: 'contact', count: 6 },
      { entityType: 'practice-area', count: 1 },
    ]);
  });
});
