import { randomUUID } from 'node:crypto';
import { clioSync } from '@firmbridge/clio-sync';
import { authMessages, mappingMessages, syncMessages, type Message, type Run } from '@firmbridge/contracts';
import type { ServiceDefinition } from '@firmbridge/service';
import {
  ADAPTER,
  type Page,
  type PageRequest,
  type ProviderAdapter,
  type Records,
  type RecordsRequest,
} from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { MappingModule } from '../src/app.module.js';
import { RenormalizeOutdated } from '../src/application/renormalize-outdated.js';
import { mapping } from '../src/index.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { newerNormalizers } from './builders/newer-normalizers.js';
import { RunningServices } from '../../../libs/service/test/running-services.js';

const tenantId = randomUUID();
const connectionId = randomUUID();
const contacts = 450;
const pageSize = 200;

/** Clio with contacts, one of which cannot be read, and one currency. */
class SmallClio implements ProviderAdapter {
  readonly provider = 'clio';
  readonly service = 'clio-sync';
  readonly resources = ['contacts', 'currencies'].map((name) => ({
    name,
    incremental: false,
    pageSize: 200,
    pollEvery: 1,
  }));
  readonly budget = [];
  readonly records = {
    contacts: Array.from({ length: contacts }, (_, index) =>
      aClioRecord('contacts', { id: index + 1, company: null, type: index === 0 ? 'Trust' : 'Person' }),
    ),
    currencies: [aClioRecord('currencies', { id: 1 })],
  };
  reads = 0;

  readPage({ resource, cursor }: PageRequest): Promise<Page> {
    this.reads += 1;
    const all = this.records[resource as keyof SmallClio['records']];
    const from = Number(cursor ?? 0);
    const page = all.slice(from, from + pageSize);
    const nextCursor = from + pageSize < all.length ? String(from + pageSize) : null;
    const records = page.map((body) => ({ recordId: String(body['id']), sourceUpdatedAt: null, body }));
    return Promise.resolve({ records, nextCursor, expected: all.length });
  }

  readRecords({ ids }: RecordsRequest): Promise<Records> {
    return Promise.resolve({ found: [], missing: ids });
  }
}

const clio = new SmallClio();
const clioSyncOfSmallClio: typeof clioSync = {
  ...clioSync,
  module: (context) => {
    const module = clioSync.module(context);
    return { ...module, providers: [...(module.providers ?? []), { provide: ADAPTER, useValue: clio }] };
  },
};

/** Understands trusts, and writes names another way. */
const newer: ServiceDefinition = {
  ...mapping,
  module: () =>
    MappingModule.forRoot(
      newerNormalizers({
        contacts: {
          version: 2,
          body: (body) => ({ ...body, type: 'Person' }),
          state: (draft) => ({ ...draft, name: String(draft['name']).toUpperCase() }),
        },
      }),
    ),
};

let services: RunningServices;
let events: readonly Message[];

beforeAll(async () => {
  services = await RunningServices.open(tenantId, [mapping.schema, clioSync.schema]);
  events = await services.subscribe('reports.entities');
});
afterAll(() => services?.stop());

const runs = async (): Promise<Run[]> =>
  (await services.ask(syncMessages.clioSyncMessages.getRuns, { runId: null, limit: 50 })).runs;

const finishedRun = (mode: Run['mode']) =>
  eventually(async () => (await runs()).find((run) => run.mode === mode && run.finishedAt !== null), {
    timeoutMs: 60_000,
  });

interface EntityData {
  readonly entityType: string;
  readonly cause: string;
  readonly normalizerVersion: number;
  readonly changes: { field: string }[];
  readonly source: { recordId: string; revision: number };
}

describe('a normalizer with a higher version', () => {
  it('gets the stored records of its resource once more when mapping starts, without a call to the provider', async () => {
    await services.start(clioSyncOfSmallClio, { CLIO_POLL_INTERVAL_SECONDS: '3600' });
    const before = await services.start(mapping);
    await services.publish(authMessages.connectionEstablished, {
      connectionId,
      provider: 'clio',
      region: 'us',
      accountId: '88001',
      accountName: 'Alvarez Law LLP',
      apiOrigin: 'https://app.clio.com',
      status: 'active',
      credential: 'oauth',
      establishedAt: '2026-01-01T00:00:00Z',
    });
    await finishedRun('initial');
    // All contacts but the trust, and the currency.
    await eventually(() => events.length === contacts);
    const reads = clio.reads;
    await services.end(before);

    const after = await services.start(newer);
    const run = await finishedRun('renormalize');
    expect(run).toMatchObject({ state: 'completed', connectionId });
    expect(run.resources).toMatchObject([
      { resource: 'contacts', state: 'completed', calls: 0, records: contacts, applied: contacts, events: contacts },
    ]);
    await eventually(() => events.length === contacts * 2);
    const renormalized = events.slice(contacts).map(({ type, entityVersion, data }) => {
      const { cause, normalizerVersion, changes, source } = data as EntityData;
      const fields = changes.map(({ field }) => field);
      return { verb: type.split('.').at(-2), n: entityVersion?.n, cause, normalizerVersion, fields, ...source };
    });
    const common = { cause: 'renormalized', normalizerVersion: 2, resource: 'contacts', revision: 1 };
    const trust = { ...common, verb: 'created', n: 1, fields: [], recordId: '1' };
    expect(renormalized.find(({ recordId }) => recordId === '1')).toMatchObject(trust);
    for (const event of renormalized.filter(({ recordId }) => recordId !== '1')) {
      expect(event).toMatchObject({ ...common, verb: 'updated', n: 2, fields: ['name'] });
    }
    expect(new Set(renormalized.map(({ recordId }) => recordId)).size).toBe(contacts);
    expect(clio.reads).toBe(reads);

    expect(await after.app.get(RenormalizeOutdated, { strict: false }).execute()).toBe(0);
    await services.end(after);
    const again = await services.start(newer);
    expect(await again.app.get(RenormalizeOutdated, { strict: false }).execute()).toBe(0);
    expect((await runs()).map(({ mode }) => mode)).toEqual(['renormalize', 'initial']);
    const { counts } = await services.ask(mappingMessages.countEntities, {});
    expect(counts).toEqual([
      { entityType: 'contact', count: contacts },
      { entityType: 'currency', count: 1 },
    ]);
  }, 120_000);
});
