import { z } from 'zod';

const minute = 60_000;
const whole = z.coerce.number().int();

/** The part of the environment that is about people. */
export const peopleEnvironment = {
  SESSION_IDLE_MINUTES: whole
    .min(1)
    .max(7 * 24 * 60)
    .default(8 * 60),
  SESSION_LONGEST_HOURS: whole
    .min(1)
    .max(90 * 24)
    .default(7 * 24),
  // What OWASP asks for at least; more is put into passwords as their owners log in.
  PASSWORD_HASH_MEMORY_KIB: whole.min(19_456).max(1_048_576).default(19_456),
  PASSWORD_HASH_PASSES: whole.min(2).max(20).default(2),
  PASSWORD_HASHES_AT_ONCE: whole.min(1).max(16).default(1),
};

/** What waits longer than a question is waited for is in vain. */
const waitingHashes = 32;

export function peopleConfig(env: { [Name in keyof typeof peopleEnvironment]: number }) {
  return {
    sessions: {
      /** Unused for as long, a session is over. */
      idleMs: env.SESSION_IDLE_MINUTES * minute,
      /** Older than this it is over in any case. */
      longestMs: env.SESSION_LONGEST_HOURS * 60 * minute,
    },
    passwords: {
      cost: { memory: env.PASSWORD_HASH_MEMORY_KIB, passes: env.PASSWORD_HASH_PASSES, parallelism: 1 },
      /** Each takes a core and its memory. */
      atOnce: env.PASSWORD_HASHES_AT_ONCE,
      waiting: waitingHashes,
    },
  };
}
export type PeopleConfig = ReturnType<typeof peopleConfig>;
