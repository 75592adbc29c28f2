import { z } from 'zod';
import { UsageError } from './failures.js';

const environment = z.object({
  FIRMBRIDGE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .default('http://127.0.0.1:3000'),
  FIRMBRIDGE_TOKEN: z.string().min(1).optional(),
});

export interface CliConfig {
  readonly url: string;
  readonly token: string;
}

const printed = 'Firmbridge prints it at its start, in the address of the dashboard behind `?token=`';

/** Throws a sentence for the person. The address of the dashboard as it is printed, token and all, is a good FIRMBRIDGE_URL. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): CliConfig {
  // An empty variable is one that is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`).join('\n'));
  }
  const address = new URL(parsed.data.FIRMBRIDGE_URL);
  const token = parsed.data.FIRMBRIDGE_TOKEN ?? address.searchParams.get('token');
  if (token === null) throw new UsageError(`FIRMBRIDGE_TOKEN is not set. It is the start-up token: ${printed}.`);
  return { url: address.origin, token };
}
