import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { auditLog } from '@firmbridge/audit-log';
import { auth } from '@firmbridge/auth';
import { clioSync } from '@firmbridge/clio-sync';
import { gateway } from '@firmbridge/gateway';
import { ghlSync } from '@firmbridge/ghl-sync';
import { mapping } from '@firmbridge/mapping';
import { baseEnvironment, readEnvironment, type Environment } from '@firmbridge/service';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');

export function readWorkspaceFile(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** A service as a deployment has to know it. */
export interface Application {
  readonly name: string;
  readonly config: z.ZodType;
  /** False for a service that has no tables, and so no role in PostgreSQL. */
  readonly keepsTables: boolean;
}

export const applications: readonly Application[] = [auditLog, auth, clioSync, gateway, ghlSync, mapping].map(
  ({ name, config, schema }) => ({ name, config, keepsTables: schema !== null }),
);

/** Each variable of a schema with what checks it. */
export function variablesOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  if (schema instanceof z.ZodPipe) return variablesOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodObject) return schema.shape as Record<string, z.ZodType>;
  throw new Error(`a configuration schema is a ${schema.constructor.name} instead of an object`);
}

/** All that a service reads: its own variables over those of every service. */
export function allVariablesOf({ config, keepsTables }: Application): Readonly<Record<string, z.ZodType>> {
  const { DATABASE_URL, ...others } = variablesOf(baseEnvironment);
  const ofAll = { ...others, ...variablesOf(config) };
  return keepsTables && DATABASE_URL ? { DATABASE_URL, ...ofAll } : ofAll;
}

/** Throws the sentence with which the service would refuse to start. */
export function start({ name, config, keepsTables }: Application, env: Environment): void {
  readEnvironment(name, { config, keepsNothing: !keepsTables }, env);
}

/** Names in the schema of an entry that cannot be imported, because importing it runs it. */
export function variablesInSource(file: string): string[] {
  return [...readWorkspaceFile(file).matchAll(/^ +([A-Z][A-Z0-9_]+): /gm)].map(([, name = '']) => name);
}

export const migrationSource = 'apps/standalone/src/migrate-main.ts';
export const standaloneSource = 'apps/standalone/src/options.ts';

/** Whether the source of a built entry such as `apps/auth/dist/main.js` exists. */
export function isEntry(entry: string): boolean {
  return existsSync(path.join(root, entry.replace('/dist/', '/src/').replace(/\.js$/, '.ts')));
}
