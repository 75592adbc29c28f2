import { auditLog } from '@firmbridge/audit-log';
import { auth } from '@firmbridge/auth';
import { clioSync } from '@firmbridge/clio-sync';
import type { ServiceSchema } from '@firmbridge/database';
import { gateway } from '@firmbridge/gateway';
import { ghlSync } from '@firmbridge/ghl-sync';
import { mapping } from '@firmbridge/mapping';
import type { RunningService, ServiceDefinition, StartOptions } from '@firmbridge/service';
import { startService } from '@firmbridge/service';

interface Startable {
  readonly name: string;
  readonly schema: ServiceSchema | null;
  start(options: StartOptions): Promise<RunningService>;
}

/** Forgets the type of a service's configuration, so that all of them fit one list. */
function startable<Config>(definition: ServiceDefinition<Config>): Startable {
  return { name: definition.name, schema: definition.schema, start: (options) => startService(definition, options) };
}

/** Every service of the platform, in the order in which they are started. */
export const services: readonly Startable[] = [
  startable(auditLog),
  startable(auth),
  startable(mapping),
  startable(ghlSync),
  startable(clioSync),
  startable(gateway),
];

export const schemas: readonly ServiceSchema[] = services.flatMap(({ schema }) => (schema === null ? [] : [schema]));
