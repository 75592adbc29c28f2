import { migrate } from '@firmbridge/database';
import { applyTopology, type BrokerConnect } from '@firmbridge/messaging';
import type { LogDestination, RunningService } from '@firmbridge/service';
import { environmentOf, type PlatformSettings } from './environment.js';
import { schemas, services } from './services.js';

export interface Platform {
  readonly running: readonly RunningService[];
  /** The last started first. */
  stop(): Promise<void>;
}

/** Where a platform keeps its tables and queues. */
export interface PlatformPlace {
  readonly addresses: Pick<PlatformSettings['addresses'], 'databaseUrl' | 'amqpUrl'>;
  readonly namespaces: PlatformSettings['namespaces'];
}

/** Tables and topology first, so that the first message of a fresh system finds every queue. Harmless to repeat. */
export async function prepare(connect: BrokerConnect, { addresses, namespaces }: PlatformPlace): Promise<void> {
  await migrate({ url: addresses.databaseUrl, namespace: namespaces.database, services: schemas });
  await applyTopology({ connect, url: addresses.amqpUrl, namespace: namespaces.amqp });
}

/** All services in this process, or those named. */
export async function startPlatform(
  connect: BrokerConnect,
  settings: PlatformSettings,
  options: { logTo: LogDestination; only?: readonly string[] },
): Promise<Platform> {
  const running: RunningService[] = [];
  const stop = async () => {
    for (let service = running.pop(); service; service = running.pop()) await service.stop();
  };
  try {
    for (const service of services.filter(({ name }) => options.only?.includes(name) ?? true)) {
      running.push(await service.start({ env: environmentOf(service.name, settings), connect, logTo: options.logTo }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { running, stop };
}
