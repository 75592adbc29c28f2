import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Demo } from '../../demo.js';
import type { PlatformSettings } from '../../environment.js';
import { until } from '../../faults/until.js';
import { prepare, startPlatform } from '../../platform.js';
import type { Stores } from '../../stores.js';
import { listening, withPlace } from '../bench-place.js';
import { BenchSandbox } from '../bench-sandbox.js';
import { measureEdits } from '../edit-latency.js';

export const smallFirms = 50;
/** About a million records, all of them still to be read. */
const largeFirmMatters = 52_100;
const modelsWithWebhooks = 5;
/** Behind the burst with which a budget that nobody has touched is begun. */
const recordsBehindTheBurst = 8_000;
/** What Clio permits a credential at peak hours. */
const callsPerMinute = 50;
const edits = 300;
const patienceMs = 5 * 60_000;

export interface BesideBacklog {
  /** Milliseconds from an edit in a small firm to its entity event, in rising order. */
  readonly alone: readonly number[];
  readonly besideBacklog: readonly number[];
  readonly edits: number;
  /** Records of the large firm that were read while its neighbours were edited. */
  readonly backlogRecords: number;
  readonly backlogSeconds: number;
  /** The large firm was not done at the end: else the neighbours were measured alone. */
  readonly isBacklogLeft: boolean;
}

/** Small firms, each a tenant, first by themselves and then beside a firm whose first sync goes on as fast as Clio permits. */
export async function measureBesideBacklog(stores: Stores): Promise<BesideBacklog> {
  const sandbox = await BenchSandbox.start(largeFirmMatters, {
    smallFirms,
    limit: { requestsPerWindow: callsPerMinute, windowSeconds: 60 },
  });
  try {
    return await withPlace(stores, sandbox, async (settings) =>
      measure(stores, sandbox, { ...(await listening(settings)), requestsPerMinute: callsPerMinute }),
    );
  } finally {
    await sandbox.stop();
  }
}

async function measure(stores: Stores, sandbox: BenchSandbox, settings: PlatformSettings): Promise<BesideBacklog> {
  await prepare(stores.connect, settings);
  const only = ['audit-log', 'auth', 'mapping', 'clio-sync'];
  const platform = await startPlatform(stores.connect, settings, { logTo: process.stderr, only });
  const database = new pg.Client({ connectionString: settings.addresses.databaseUrl });
  await database.connect();
  try {
    const view = new View(database);
    const small = Array.from({ length: smallFirms }, (_, index) => index + 2);
    for (const firm of small) await connect(stores, sandbox, settings, firm);
    await view.atRest();
    const matters = await Promise.all(small.map(async (firm) => ({ firm, ids: await sandbox.matterIds(firm) })));
    const series = () =>
      measureEdits({
        connect: stores.connect,
        url: stores.amqpUrl,
        namespace: settings.namespaces.amqp,
        edits,
        perSecond: 10,
        edit: async (index, text) => {
          const { firm = 0, ids = [] } = matters[index % matters.length] ?? {};
          await sandbox.describeMatter(ids[index % ids.length] ?? 0, text, firm);
        },
      });
    const alone = await series();
    const largeTenant = await connect(stores, sandbox, settings, 1);
    await view.read(largeTenant, recordsBehindTheBurst);
    const before = await view.records(largeTenant);
    const startedAt = performance.now();
    const besideBacklog = await series();
    return {
      alone,
      besideBacklog,
      edits,
      backlogRecords: (await view.records(largeTenant)) - before,
      backlogSeconds: (performance.now() - startedAt) / 1000,
      isBacklogLeft: await view.isSyncing(largeTenant),
    };
  } finally {
    await database.end();
    await platform.stop();
  }
}

/** Connects the firm as a tenant of its own. */
async function connect(
  stores: Stores,
  sandbox: BenchSandbox,
  { namespaces, addresses }: PlatformSettings,
  firm: number,
): Promise<string> {
  const tenantId = randomUUID();
  const place = { connect: stores.connect, url: addresses.amqpUrl, namespace: namespaces.amqp };
  const demo = new Demo({ ...place, tenantId });
  await sandbox.letConnect(firm);
  await demo.open();
  try {
    await demo.connect('clio');
  } finally {
    await demo.close();
  }
  return tenantId;
}

/** What clio-sync is at, over all tenants. */
class View {
  constructor(private readonly database: pg.Client) {}

  /** First syncs are done, changes are told by webhooks, the catch-up behind their creation is done, too, and the budgets are full again. */
  async atRest(): Promise<void> {
    await until(
      async () => {
        const { runs, open, webhooks, spending } = await this.row(
          `select (select count(*) from clio_sync.run where finished_at is not null) as runs,
                  (select count(*) from clio_sync.run where finished_at is null) as open,
                  (select count(*) from clio_sync.webhook_subscription where state = 'active') as webhooks,
                  (select count(*) from clio_sync.rate_budget
                    where granted_ms > extract(epoch from clock_timestamp()) * 1000 - 60000) as spending`,
        );
        const areInStep = open === 0 && (runs ?? 0) >= 2 * smallFirms && webhooks === modelsWithWebhooks * smallFirms;
        return areInStep && spending === 0;
      },
      { timeoutMs: patienceMs, intervalMs: 250, what: () => 'small firms that are in step' },
    );
  }

  async read(tenantId: string, records: number): Promise<void> {
    await until(async () => (await this.records(tenantId)) >= records, {
      timeoutMs: patienceMs,
      intervalMs: 250,
      what: () => `${records} records of the large firm`,
    });
  }

  async records(tenantId: string): Promise<number> {
    const sql = 'select coalesce(sum(records), 0) as records from clio_sync.run_resource where tenant_id = $1';
    return (await this.row(sql, [tenantId]))['records'] ?? 0;
  }

  async isSyncing(tenantId: string): Promise<boolean> {
    const sql = 'select count(*) as open from clio_sync.run where tenant_id = $1 and finished_at is null';
    return ((await this.row(sql, [tenantId]))['open'] ?? 0) > 0;
  }

  private async row(sql: string, values: string[] = []): Promise<Record<string, number>> {
    const { rows } = await this.database.query<Record<string, string>>(sql, values);
    return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]));
  }
}
