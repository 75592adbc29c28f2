import { parseArgs } from 'node:util';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '@firmbridge/contracts';

const address = (protocol: RegExp, what: string) =>
  z.union([z.literal('off'), z.url({ protocol, error: `must be ${what}, or off` })]).optional();

const environment = z.object({
  DATABASE_URL: address(/^postgres(ql)?$/, 'a postgresql:// address'),
  AMQP_URL: address(/^amqps?$/, 'an amqp:// or amqps:// address'),
  FIRMBRIDGE_DATA_DIR: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  CLIO_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).default(60),
});

export interface StandaloneOptions {
  /** One sync, the table, exit. */
  readonly once: boolean;
  readonly matters: number;
  readonly seed: string;
  readonly dataDir: string;
  /** null: the embedded one. */
  readonly databaseUrl: string | null;
  /** null: the local broker. */
  readonly amqpUrl: string | null;
  readonly logLevel: string;
  readonly requestsPerMinute: number;
}

const given = (url: string | undefined) => (url === undefined || url === 'off' ? null : url);

/** Flags and environment of `npm start`; throws one AppError that names every wrong one and shows no value. */
export function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): StandaloneOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      once: { type: 'boolean', default: false },
      matters: { type: 'string', default: '50' },
      seed: { type: 'string', default: 'firmbridge' },
      'data-dir': { type: 'string' },
    },
  });
  const parsed = environment.safeParse(env);
  const matters = z.coerce.number().int().min(1).max(1_000_000).safeParse(values.matters);
  const problems = [
    ...(parsed.error?.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`) ?? []),
    ...(matters.success ? [] : ['--matters: must be a whole number from 1 to 1000000']),
  ];
  if (!parsed.success || !matters.success) {
    throw new AppError('validation', 'environment.invalid', `Firmbridge cannot start:\n  ${problems.join('\n  ')}`);
  }
  return {
    once: values.once,
    matters: matters.data,
    seed: values.seed,
    dataDir: path.resolve(values['data-dir'] ?? parsed.data.FIRMBRIDGE_DATA_DIR ?? path.join(home, '.firmbridge')),
    databaseUrl: given(parsed.data.DATABASE_URL),
    amqpUrl: given(parsed.data.AMQP_URL),
    logLevel: parsed.data.LOG_LEVEL,
    requestsPerMinute: parsed.data.CLIO_REQUESTS_PER_MINUTE,
  };
}
