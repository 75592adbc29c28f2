import { randomBytes } from 'node:crypto';
import { Database, migrate, type ServiceSchema } from '@firmbridge/database';
import type { BudgetPolicy } from '@firmbridge/rate-limit';
import { createDatabase, removeDatabase } from '../../faults/shared-servers.js';
import { schemas } from '../../services.js';

/** What a replica needs to know; it is the argument of its process. */
export interface LimitsPlace {
  readonly databaseUrl: string;
  readonly namespace: string;
}

export interface ReplicaTask extends LimitsPlace {
  readonly origin: string;
  /** One for each credential. */
  readonly tokens: readonly string[];
  readonly tenantId: string;
  readonly policy: BudgetPolicy;
  readonly windowSeconds: number;
  readonly startAt: number;
  readonly seconds: number;
  /** Each replica counts for itself: what this benchmark must notice. */
  readonly isAlone: boolean;
}

/** When calls were answered, and how many were refused. */
export interface ReplicaResult {
  readonly answeredAt: readonly number[];
  readonly refused: number;
  readonly failed: number;
}

const schema = (): ServiceSchema => {
  const found = schemas.find(({ service }) => service === 'clio-sync');
  if (!found) throw new Error('clio-sync has no schema');
  return found;
};

export async function openDatabase({ databaseUrl: url, namespace }: LimitsPlace, poolMax: number): Promise<Database> {
  const { service, entities } = schema();
  return Database.connect({ url, namespace, service, entities, poolMax });
}

/** A database of clio-sync alone, removed at the end. */
export async function withLimitsPlace<T>(serverUrl: string, work: (place: LimitsPlace) => Promise<T>): Promise<T> {
  const namespace = `limits_${randomBytes(5).toString('hex')}`;
  const servers = { databaseUrl: serverUrl, amqpUrl: 'off' };
  const url = new URL(serverUrl);
  url.pathname = `/${namespace}`;
  await createDatabase(servers, namespace);
  try {
    await migrate({ url: url.href, namespace, services: [schema()] });
    return await work({ databaseUrl: url.href, namespace });
  } finally {
    await removeDatabase(servers, namespace);
  }
}
