import { createWriteStream } from 'node:fs';
import { migrate } from '@firmbridge/database';
import { applyTopology } from '@firmbridge/messaging';
import type { RunningService } from '@firmbridge/service';
import { environmentOf, type PlatformSettings } from './environment.js';
import { schemas, services } from './services.js';
import type { Stores } from './stores.js';

export interface Platform {
  stop(): Promise<void>;
}

const namespace = 'firmbridge';

/** Tables and topology first, so that the first message of a fresh system finds every queue; then each service. */
export async function prepare(stores: Pick<Stores, 'databaseUrl' | 'amqpUrl' | 'connect'>): Promise<void> {
  await migrate({ url: stores.databaseUrl, services: schemas });
  await applyTopology({ connect: stores.connect, url: stores.amqpUrl, namespace });
}

/** All services in this process. Their logs go to a file; the terminal is for the person. */
export async function startPlatform(stores: Stores, settings: PlatformSettings, logFile: string): Promise<Platform> {
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const running: RunningService[] = [];
  const stop = async () => {
    for (const service of [...running].reverse()) await service.stop();
    await new Promise<void>((resolve) => log.end(resolve));
  };
  try {
    for (const service of services) {
      running.push(
        await service.start({ env: environmentOf(service.name, settings), connect: stores.connect, logTo: log }),
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
