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
    stream: {
      heartbeatMs: env.STREAM_HEARTBEAT_SECONDS * 1000,
      /** Of events that wait for one client, at most. */
      bufferBytes: env.STREAM_BUFFER_KIB * 1024,
      maxClients: env.STREAM_MAX_CLIENTS,
    },
  }));
export type GatewayConfig = z.output<typeof gatewayConfig>;
