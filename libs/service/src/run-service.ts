import { messageOf } from '@firmbridge/contracts';
import type { ServiceDefinition } from './definition.js';
import { EnvironmentError } from './environment.js';
import { startService } from './start-service.js';

/** How long a stop may take before the process is ended; Kubernetes waits 30 s. */
const stopDeadlineMs = 22_000;

/** The whole of a service's main file: start, and stop in order on a signal. A second signal ends the process at once. */
export async function runService<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  try {
    const starting = startService(definition, { env: process.env });
    onSignal(async () => (await starting).stop());
    endWithParent();
    await starting;
  } catch (error) {
    const isExpected = error instanceof EnvironmentError;
    process.stderr.write(`${isExpected ? error.message : `${definition.name} cannot start: ${messageOf(error)}`}\n`);
    process.exit(1);
  }
}

/**
 * A process that was started by another one of ours stops when that one is gone, however it went. Belongs before the start is
 * awaited: the other one may be gone before this one has started.
 */
function endWithParent(): void {
  if (!process.send) return;
  const end = () => process.kill(process.pid, 'SIGTERM');
  if (process.connected) process.once('disconnect', end);
  else end();
}

/** Runs `stop` once on SIGTERM or SIGINT and exits: 0 when it was orderly, 1 when it took too long or failed. */
export function onSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  const handle = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stopping failed: ${messageOf(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}
