import { setTimeout as wait } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { auth } from '@firmbridge/auth';
import { authMessages, isAppError, messageOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { Vault } from '@firmbridge/vault';
import { aKey } from '../place-settings.js';
import { aTenant, type AuthPlace } from './auth-place.js';
import type { AuthSabotage } from './auth-sabotage.js';
import type { PartFindings } from '../part-findings.js';
import { inParallel } from '../in-parallel.js';

export interface RotatedKeysOptions {
  readonly secrets: number;
  readonly tenants: number;
  readonly sabotage: AuthSabotage | null;
  readonly tell: (line: string) => void;
}

const secretsOfAConnection = 2;
const sealersAtOnce = 8;
const readers = 16;
const askForMs = 15_000;
const stepLimit = 2_000;
/** A question that nobody could answer just now is asked again, as everywhere. */
const mostAttempts = 5;

interface KeptSecret {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** Keys change on replicas that go on answering, from the first that learns the new key to the last that forgets the old. */
export async function rotatedKeys(place: AuthPlace, options: RotatedKeysOptions): Promise<PartFindings> {
  const { sabotage, tell } = options;
  const oldKey = place.settings.vaultKeys;
  const newKey = aKey('second');
  const kept = await sealSecrets(place, options);
  tell(`${options.secrets} secrets of ${options.tenants} firms are sealed.`);
  const withKeys = (...keys: string[]) => ({ VAULT_KEYS: keys.join(','), DATABASE_POOL_MAX: '8' });
  const replaceAll = async (...keys: string[]) => {
    for (const old of place.replicas.splice(0)) {
      await place.start({ sabotage: null }, withKeys(...keys));
      await old.stop();
    }
  };
  // Sabotaged, they are never told the new key that somebody else wraps with.
  const known = sabotage === 'keys-taken-too-soon' ? [oldKey] : [oldKey, newKey];
  for (let n = 0; n < 2; n += 1) await place.start({ sabotage: null }, withKeys(...known));
  const reading = new Readers(place, kept);
  reading.start();
  if (sabotage !== 'keys-taken-too-soon') await replaceAll(newKey, oldKey);
  const startedAt = performance.now();
  const rewrapped = sabotage === 'keys-taken-too-soon' ? await rotateAlone(place, newKey, oldKey) : await rotate(place);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (sabotage !== 'keys-taken-too-soon') await replaceAll(newKey);
  await reading.stop();
  const left = await place.db.query<{ count: number }>(
    "select count(*)::int as count from auth.data_key where kek_id <> 'second' and destroyed_at is null",
  );
  return {
    figures: {
      secrets: options.secrets,
      dataKeysWrappedAnew: rewrapped,
      secondsOfTheRotation: Math.round(seconds * 10) / 10,
      reads: reading.reads,
      readsAskedAgain: reading.askedAgain,
    },
    checks: [
      { name: 'failedReads', value: reading.failures.length, most: 0 },
      { name: 'wrongReads', value: reading.wrong, most: 0 },
      { name: 'dataKeysNotWrappedAnew', value: left.rows[0]?.count ?? Infinity, most: 0 },
      { name: 'readsMissing', value: Math.max(0, 1_000 - reading.reads), most: 0 },
    ],
  };
}

async function rotate(place: AuthPlace): Promise<number> {
  let rewrapped = 0;
  for (;;) {
    const wish = { keyId: 'second', limit: stepLimit };
    const step = await place.ask(authMessages.rotateKeys, wish, { tenantId: place.tenantId, timeoutMs: askForMs });
    rewrapped += step.rewrapped;
    if (step.left === 0) return rewrapped;
  }
}

async function rotateAlone(place: AuthPlace, newKey: string, oldKey: string): Promise<number> {
  const database = await connect(place);
  try {
    const vault = new Vault({ database, keyring: `${newKey},${oldKey}` });
    let rewrapped = 0;
    for (let some = await vault.rewrapSome(500); some > 0; some = await vault.rewrapSome(500)) rewrapped += some;
    return rewrapped;
  } finally {
    await database.close();
  }
}

const connect = ({ settings }: AuthPlace) =>
  Database.connect({
    url: settings.addresses.databaseUrl,
    namespace: settings.namespaces.database,
    service: 'auth',
    entities: auth.schema?.entities ?? [],
    poolMax: sealersAtOnce + 2,
  });

/** As auth seals them, in its own tables. */
async function sealSecrets(place: AuthPlace, { secrets, tenants }: RotatedKeysOptions): Promise<KeptSecret[]> {
  const database = await connect(place);
  const kept: KeptSecret[] = [];
  try {
    const vault = new Vault({ database, keyring: place.settings.vaultKeys, maxCachedKeys: tenants });
    const connections = Math.ceil(secrets / secretsOfAConnection / tenants);
    await inParallel(tenants, sealersAtOnce, async () => {
      const tenantId = aTenant();
      const rows = Array.from({ length: connections }, () => ({ tenantId, connectionId: randomUUID() }));
      const sealed = await Promise.all(
        rows.map(async ({ connectionId: row }) => ({
          connection_id: row,
          access: await vault.seal(tenantId, { table: 'credential', column: 'access_token', row }, textOf(row)),
          refresh: await vault.seal(tenantId, { table: 'credential', column: 'refresh_token', row }, textOf(row)),
        })),
      );
      await place.db.query(keepAll, [tenantId, JSON.stringify(sealed)]);
      kept.push(...rows);
    });
    return kept;
  } finally {
    await database.close();
  }
}

const textOf = (connectionId: string) => `secret-of-${connectionId}`;

const keepAll = `
  with given as (select * from jsonb_to_recordset($2::jsonb) as g (connection_id uuid, access text, refresh text)),
       firm as (insert into auth.tenant (tenant_id, name, created_at) values ($1, 'Firm', now())),
       made as (
         insert into auth.connection (tenant_id, connection_id, provider, region, account_id, account_name, role, api_origin,
                                      status, credential, established_at, changed_at)
         select $1, connection_id, 'clio', 'us', connection_id::text, 'Firm', 'account', 'https://app.clio.com', 'active',
                'oauth', now(), now() from given)
  insert into auth.credential (tenant_id, connection_id, access_token, refresh_token, generation, granted_at, expires_at,
                               refresh_at, failure_count)
  select $1, connection_id, access, refresh, 1, now(), now() + interval '30 days', now() + interval '29 days', 0 from given`;

/** Ask auth for tokens all the time, ever other ones, and know what each must be. */
class Readers {
  reads = 0;
  askedAgain = 0;
  wrong = 0;
  readonly failures: string[] = [];
  private isOver = false;
  private running: Promise<void[]> = Promise.resolve([]);

  constructor(
    private readonly place: AuthPlace,
    private readonly kept: readonly KeptSecret[],
  ) {}

  start(): void {
    this.running = Promise.all(Array.from({ length: readers }, () => this.readOn()));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async readOn(): Promise<void> {
    while (!this.isOver) {
      const secret = this.kept[Math.floor(Math.random() * this.kept.length)];
      if (secret !== undefined) await this.read(secret);
    }
  }

  private async read(secret: KeptSecret): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await this.place.token({ ...secret, provider: 'clio' }, null, askForMs);
        this.reads += 1;
        if (reply.accessToken !== textOf(secret.connectionId)) this.wrong += 1;
        return;
      } catch (error) {
        if (attempt === mostAttempts || !isAppError(error) || error.kind !== 'unavailable') {
          this.failures.push(messageOf(error));
          return;
        }
        this.askedAgain += 1;
        await wait(error.retryAfterMs ?? 200);
      }
    }
  }
}
