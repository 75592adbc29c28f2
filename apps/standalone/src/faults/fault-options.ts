import { parseArgs } from 'node:util';
import { AppError } from '@firmbridge/contracts';
import { z } from 'zod';
import { authParts, type AuthPart } from './auth/auth-parts.js';
import { authSabotages, type AuthSabotage } from './auth/auth-sabotage.js';
import { clioParts, clioSabotages, type ClioPart, type ClioSabotage } from './clio/clio-parts.js';
import { messagingSabotages, type MessagingSabotage } from './messaging/messaging-sabotage.js';
import { sabotages, type Sabotage } from './sabotage.js';

export const areas = ['sync', 'messaging', 'auth', 'clio'] as const;
export const installations = ['standalone', 'services'] as const;

const wholeNumber = (pattern: RegExp, error: string) => z.string().regex(pattern, error).transform(Number);
const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, `must be one of: ${names.join(', ')}`);

const seed = wholeNumber(/^\d{1,9}$/, 'must be a whole number').default(1);
const syncFlags = z.strictObject({
  area: z.literal('sync'),
  kills: wholeNumber(/^([1-9]|1\d|20)$/, 'must be a whole number from 1 to 20').optional(),
  matters: wholeNumber(/^[1-9]\d{0,4}$/, 'must be a whole number from 1 to 99999').optional(),
  seed,
  only: oneOf(installations).optional(),
  sabotage: oneOf(sabotages).optional(),
  full: z.boolean(),
});
const messagingFlags = z.strictObject({
  area: z.literal('messaging'),
  seed,
  sabotage: oneOf(messagingSabotages).optional(),
  full: z.boolean(),
});
const authFlags = z.strictObject({
  area: z.literal('auth'),
  only: oneOf(authParts).optional(),
  sabotage: oneOf(authSabotages).optional(),
  full: z.boolean(),
});
const clioFlags = z.strictObject({
  area: z.literal('clio'),
  seed,
  only: oneOf(clioParts).optional(),
  sabotage: oneOf(clioSabotages).optional(),
  scale: z
    .string()
    .regex(/^(1|0\.\d{1,3})$/, 'must be a number from 0.001 to 1')
    .transform(Number)
    .default(1),
  full: z.literal(false, 'does not belong to this area'),
});
const flags = z.discriminatedUnion(
  'area',
  [syncFlags, messagingFlags, authFlags, clioFlags],
  `must be one of: ${areas.join(', ')}`,
);

const environment = z.object({
  DATABASE_URL: z.string().default('postgresql://postgres@127.0.0.1:5432/postgres'),
  AMQP_URL: z.string().default('amqp://guest:guest@127.0.0.1:5672'),
});

export interface SyncFaultOptions {
  readonly area: 'sync';
  /** Kills of the standalone process within one sync. */
  readonly kills: number;
  readonly matters: number;
  /** Decides when the kills come. */
  readonly seed: number;
  readonly only: (typeof installations)[number] | null;
  readonly sabotage: Sabotage | null;
  /** `off` for what must not be used. */
  readonly databaseUrl: string;
  readonly amqpUrl: string;
}

export interface MessagingFaultOptions {
  readonly area: 'messaging';
  /** Decides what is disturbed in which order, and what the writers write. */
  readonly seed: number;
  readonly sabotage: MessagingSabotage | null;
  readonly full: boolean;
}

export interface AuthFaultOptions {
  readonly area: 'auth';
  readonly only: AuthPart | null;
  readonly sabotage: AuthSabotage | null;
  readonly full: boolean;
}

export interface ClioFaultOptions {
  readonly area: 'clio';
  /** Decides whatever is left to chance. */
  readonly seed: number;
  readonly only: ClioPart | null;
  readonly sabotage: ClioSabotage | null;
  /** Of the full size: 1, or less for a quick look. */
  readonly scale: number;
}

export type FaultOptions = SyncFaultOptions | MessagingFaultOptions | AuthFaultOptions | ClioFaultOptions;

/** `npm run test:faults -- AREA [flags]`; throws one AppError that names every wrong flag. */
export function readFaultOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FaultOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      kills: { type: 'string' },
      matters: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      sabotage: { type: 'string' },
      scale: { type: 'string' },
      full: { type: 'boolean', default: false },
    },
  });
  const parsed = flags.safeParse({ area: positionals[0], ...values });
  if (!parsed.success) throw wrongFlags(parsed.error);
  if (parsed.data.area === 'messaging') return { ...parsed.data, sabotage: parsed.data.sabotage ?? null };
  if (parsed.data.area === 'clio') {
    const { area, seed: of, scale, only: part = null, sabotage: broken = null } = parsed.data;
    return { area, seed: of, scale, only: part, sabotage: broken };
  }
  if (parsed.data.area === 'auth') {
    return { ...parsed.data, only: parsed.data.only ?? null, sabotage: parsed.data.sabotage ?? null };
  }
  const { full, kills = full ? 10 : 3, matters = full ? 2_000 : 400, only, sabotage, ...rest } = parsed.data;
  const { DATABASE_URL: databaseUrl, AMQP_URL: amqpUrl } = environment.parse(env);
  return { ...rest, kills, matters, only: only ?? null, sabotage: sabotage ?? null, databaseUrl, amqpUrl };
}

function wrongFlags({ issues }: z.ZodError): AppError {
  const lines = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `  --${key}: does not belong to this area`)
      : [`  ${nameOf(String(issue.path[0]))}: ${issue.message}`],
  );
  return new AppError('validation', 'faults.wrong_flags', `The fault run cannot start:\n${lines.join('\n')}`);
}

const nameOf = (name: string) => (name === 'area' ? 'AREA' : `--${name}`);
