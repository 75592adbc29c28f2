import { parseArgs } from 'node:util';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '@firmbridge/contracts';
import { baseEnvironment } from '@firmbridge/service';

const address = (protocol: RegExp, what: string) =>
  z.union([z.literal('off'), z.url({ protocol, error: `must be ${what}, or off` })]).optional();

const environment = z.object({
  DATABASE_URL: address(/^postgres(ql)?$/, 'a postgresql:// address'),
  AMQP_URL: address(/^amqps?$/, 'an amqp:// or amqps:// address'),
  FIRMBRIDGE_DATA_DIR: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  CLIO_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).default(60),
  DATABASE_NAMESPACE: baseEnvironment.shape.DATABASE_NAMESPACE,
  AMQP_NAMESPACE: baseEnvironment.shape.AMQP_NAMESPACE,
});

const flags = z.object({
  matters: z
    .string()
    .regex(/^([1-9]\d{0,5}|1000000)$/, 'must be a whole number from 1 to 1000000')
    .transform(Number),
  'sandbox-requests-per-minute': z
    .string()
    .regex(/^(off|[1-9]\d{0,5})$/, 'must be a whole number above 0, or off')
    .transform((limit) => (limit === 'off' ? null : Number(limit))),
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
  /** What the sandbox's Clio allows; null lifts its limit. */
  readonly sandboxRequestsPerMinute: number | null;
  /** Prefixes of roles, and of exchanges and queues: what keeps two platforms on the same servers apart. */
  readonly namespaces: { readonly database: string; readonly amqp: string };
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
      'sandbox-requests-per-minute': { type: 'string', default: '50' },
    },
  });
  const parsed = environment.safeParse(env);
  const numbers = flags.safeParse(values);
  if (!parsed.success || !numbers.success) {
    const problems = [...linesOf('', parsed.error), ...linesOf('--', numbers.error)];
    throw new AppError('validation', 'environment.invalid', `Firmbridge cannot start:\n  ${problems.join('\n  ')}`);
  }
  return {
    once: values.once,
    matters: numbers.data.matters,
    seed: values.seed,
    dataDir: path.resolve(values['data-dir'] ?? parsed.data.FIRMBRIDGE_DATA_DIR ?? path.join(home, '.firmbridge')),
    databaseUrl: given(parsed.data.DATABASE_URL),
    amqpUrl: given(parsed.data.AMQP_URL),
    logLevel: parsed.data.LOG_LEVEL,
    requestsPerMinute: parsed.data.CLIO_REQUESTS_PER_MINUTE,
    sandboxRequestsPerMinute: numbers.data['sandbox-requests-per-minute'],
    namespaces: { database: parsed.data.DATABASE_NAMESPACE, amqp: parsed.data.AMQP_NAMESPACE },
  };
}

/** One line for each wrong one; never a value. */
function linesOf(prefix: string, error: z.ZodError | undefined): string[] {
  const lines = error?.issues.map((issue) => `${prefix}${String(issue.path[0])}: ${issue.message}`) ?? [];
  return [...new Set(lines)];
}
