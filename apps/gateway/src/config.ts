import path from 'node:path';
import { z } from 'zod';
import { isLoopback } from './domain/hosts.js';

const besideUs = (folder: string) => path.resolve(import.meta.dirname, '../..', folder);
const count = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback);

export const gatewayConfig = z
  .object({
    HOST: z
      .string()
      .default('127.0.0.1')
      .refine(isLoopback, 'must be 127.0.0.1, ::1 or localhost: until people can log in, nobody outside may reach it'),
    STARTUP_TOKEN: z.string().min(16, 'must have at least 16 characters'),
    TENANT_ID: z.uuid('must be a UUID'),
    /** Where browsers reach this gateway, if not at HOST and PORT. */
    PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
    DASHBOARD_DIR: z.string().min(1).default(besideUs('dashboard/dist')),
    /** How long a session or key is believed without asking auth again: so long one that has ended still works. */
    CALLER_CACHE_SECONDS: z.coerce.number().min(0).max(10).default(5),
    /** Of one address: wrong keys and tokens, and changes by somebody who is not known, such as logging in. */
    ATTEMPTS_PER_MINUTE: count(60, 100_000),
    STREAM_RECHECK_SECONDS: count(30, 60),
    STREAM_HEARTBEAT_SECONDS: count(15, 300),
    STREAM_BUFFER_KIB: count(512, 65_536),
    STREAM_MAX_CLIENTS: count(200, 10_000),
  })
  .transform((env) => ({
    host: env.HOST,
    startupToken: env.STARTUP_TOKEN,
    tenantId: env.TENANT_ID,
    publicOrigin: env.PUBLIC_URL === undefined ? null : new URL(env.PUBLIC_URL).origin,
    dashboardDir: env.DASHBOARD_DIR,
    attemptsPerMinute: env.ATTEMPTS_PER_MINUTE,
    callerCacheMs: env.CALLER_CACHE_SECONDS * 1000,
    stream: {
      /** How often it is looked whether an open stream may stay open. */
      recheckMs: env.STREAM_RECHECK_SECONDS * 1000,
      heartbeatMs: env.STREAM_HEARTBEAT_SECONDS * 1000,
      /** Of events that wait for one client, at most. */
      bufferBytes: env.STREAM_BUFFER_KIB * 1024,
      maxClients: env.STREAM_MAX_CLIENTS,
    },
  }));
export type GatewayConfig = z.output<typeof gatewayConfig>;
