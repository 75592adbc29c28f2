import { parseArgs } from 'node:util';
import { AppError } from '@firmbridge/contracts';
import { z } from 'zod';
import { sabotages } from './sabotage.js';

export const areas = ['sync'] as const;
export const installations = ['standalone', 'services'] as const;

const wholeNumber = (pattern: RegExp, error: string) => z.string().regex(pattern, error).transform(Number);

const flags = z.object({
  area: z.enum(areas, `must be one of: ${areas.join(', ')}`),
  kills: wholeNumber(/^([1-9]|1\d|20)$/, 'must be a whole number from 1 to 20').optional(),
  matters: wholeNumber(/^[1-9]\d{0,4}$/, 'must be a whole number from 1 to 99999').optional(),
  seed: wholeNumber(/^\d{1,9}$/, 'must be a whole number').default(1),
  only: z.enum(installations, `must be one of: ${installations.join(', ')}`).optional(),
  sabotage: z.enum(sabotages, `must be one of: ${sabotages.join(', ')}`).optional(),
  full: z.boolean(),
});

const environment = z.object({
  DATABASE_URL: z.string().default('postgresql://postgres@127.0.0.1:5432/postgres'),
  AMQP_URL: z.string().default('amqp://guest:guest@127.0.0.1:5672'),
});

export interface FaultOptions {
  readonly area: (typeof areas)[number];
  /** Kills of the standalone process within one sync. */
  readonly kills: number;
  readonly matters: number;
  /** Decides when the kills come. */
  readonly seed: number;
  readonly only: (typeof installations)[number] | null;
  readonly sabotage: (typeof sabotages)[number] | null;
  /** `off` for what must not be used. */
  readonly databaseUrl: string;
  readonly amqpUrl: string;
}

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
      full: { type: 'boolean', default: false },
    },
  });
  const parsed = flags.safeParse({ area: positionals[0], ...values });
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `  ${nameOf(String(path[0]))}: ${message}`);
    throw new AppError('validation', 'faults.wrong_flags', `The fault run cannot start:\n${lines.join('\n')}`);
  }
  const { full, kills = full ? 10 : 3, matters = full ? 2_000 : 400, only, sabotage, ...rest } = parsed.data;
  const { DATABASE_URL: databaseUrl, AMQP_URL: amqpUrl } = environment.parse(env);
  return { ...rest, kills, matters, only: only ?? null, sabotage: sabotage ?? null, databaseUrl, amqpUrl };
}

const nameOf = (name: string) => (name === 'area' ? 'AREA' : `--${name}`);
