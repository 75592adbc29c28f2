import { z } from 'zod';
import { AppError } from '@firmbridge/contracts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const namespace = z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, 'must be lower-case letters, digits and _');

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' });

/** What every service reads from its environment. Tunables have defaults, addresses have none. */
export const baseEnvironment = z.object({
  DATABASE_URL: databaseUrl,
  DATABASE_NAMESPACE: namespace.default('firmbridge'),
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(100).default(10),
  AMQP_URL: z.url({ protocol: /^(amqps?|local)$/, error: 'must be an amqp:// or amqps:// address' }),
  AMQP_NAMESPACE: namespace.default('firmbridge'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});
export type BaseEnvironment = Omit<z.output<typeof baseEnvironment>, 'DATABASE_URL'> & {
  readonly DATABASE_URL?: string | undefined;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** Lines like `DATABASE_URL: is missing`; never a value, which could be a secret. */
export function describeEnvironmentProblems(error: z.ZodError, env: Environment): string[] {
  const lines = error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'environment');
    return `${name}: ${env[name] === undefined ? 'is missing' : issue.message}`;
  });
  return [...new Set(lines)];
}

/** Thrown before anything starts; the message has one line per wrong variable. */
export class EnvironmentError extends AppError {
  constructor(
    service: string,
    readonly problems: readonly string[],
  ) {
    super('validation', 'environment.invalid', `${service} cannot start:\n${problems.map((p) => `  ${p}`).join('\n')}`);
  }
}

/** Of a service that keeps nothing: it needs no database. */
const storelessEnvironment = baseEnvironment.extend({ DATABASE_URL: databaseUrl.optional() });

interface EnvironmentNeeds<Config> {
  readonly config: z.ZodType<Config>;
  readonly keepsNothing: boolean;
}

/** Checks all schemas at once, so that one start names every wrong variable. */
export function readEnvironment<Config>(service: string, needs: EnvironmentNeeds<Config>, env: Environment) {
  const { config, keepsNothing } = needs;
  const base = (keepsNothing ? storelessEnvironment : baseEnvironment).safeParse(env);
  const own = config.safeParse(env);
  if (base.success && own.success) return { base: base.data as BaseEnvironment, config: own.data };
  const problems = [base, own].flatMap((result) =>
    result.error ? describeEnvironmentProblems(result.error, env) : [],
  );
  throw new EnvironmentError(service, [...new Set(problems)]);
}
