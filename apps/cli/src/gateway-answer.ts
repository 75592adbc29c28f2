import { z } from 'zod';
import { CommandFailure } from './failures.js';

const problemSchema = z.looseObject({
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  advice: z.string(),
  correlationId: z.string(),
});
const stopped = z.object({ name: z.literal('AbortError') });
const unreachable = z.object({ cause: z.object({ code: z.string() }) });

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response?: Response;
  readonly request?: Request;
}

/** What the gateway answered; a refusal becomes a failure that says what to do. */
export async function answerOf<T extends object>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response, request } = await call;
  if (typeof data === 'object') return data;
  const where = request === undefined ? 'the address' : new URL(request.url).origin;
  if (response === undefined) throw notReached(where, error);
  const problem = problemSchema.safeParse(error);
  if (!problem.success) throw notOurs(where, response.status);
  throw refused(problem.data);
}

/** Whether a failure is the gateway's refusal with this code. */
export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof CommandFailure && error.facts['code'] === code;
}

function refused(problem: z.output<typeof problemSchema>): CommandFailure {
  const advice =
    problem.code === 'request.wrong_token'
      ? 'Set FIRMBRIDGE_TOKEN to an API key, or to the start-up token: a start of Firmbridge prints a new one, in the address of the dashboard behind `?token=`.'
      : problem.advice;
  const lines = [
    problem.detail,
    advice,
    ...(problem.status >= 500 ? [`Correlation id: ${problem.correlationId}`] : []),
  ];
  return new CommandFailure(lines.join('\n'), problem);
}

function notReached(where: string, error: unknown): CommandFailure {
  if (stopped.safeParse(error).success) return new CommandFailure('Stopped.', { code: 'stopped' });
  const reason = unreachable.safeParse(error);
  return new CommandFailure(
    `Nothing answers at ${where}${reason.success ? ` (${reason.data.cause.code})` : ''}.\n` +
      'Start Firmbridge, or set FIRMBRIDGE_URL to the address of the dashboard that it printed.',
    { code: 'gateway.unreachable' },
  );
}

function notOurs(where: string, status: number): CommandFailure {
  return new CommandFailure(
    `What answers at ${where} is not a gateway of Firmbridge (HTTP ${status}).\n` +
      'Set FIRMBRIDGE_URL to the address of the dashboard that Firmbridge printed at its start.',
    { code: 'gateway.unknown' },
  );
}
