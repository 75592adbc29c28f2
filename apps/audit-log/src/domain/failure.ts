import type { BrokersDeath, DrainedLetter } from '@firmbridge/messaging';
import { z } from 'zod';
import { lineOf } from './storable.js';

/** Why a message was set aside. */
export interface Failure {
  /** `subject.problem`. */
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

const longestCode = 100;
const longestMessage = 600;
const mostAttempts = 10_000;
const firstPossible = new Date('2000-01-01T00:00:00Z');

const brokersReasons: Readonly<Record<string, string>> = {
  delivery_limit: 'Its consumer was lost again and again while it worked on the message, so the broker set it aside.',
  expired: 'It waited longer than its queue allows, so the broker set it aside.',
  maxlen: 'Its queue was full, so the broker set it aside.',
  rejected: 'A consumer that is not ours refused it.',
};

/** What our consumers wrote into the headers, or what the broker says of itself. */
export function failureOf({ headers, brokersDeath }: DrainedLetter, now: Date): Failure {
  const attempts = attemptsIn(headers['x-attempt']);
  if (brokersDeath !== null) {
    return { ...brokersOwn(brokersDeath), attempts: attempts + 1, failedAt: instantOf(brokersDeath.at, now) };
  }
  const failedAt = z.iso.datetime({ offset: true }).safeParse(headers['x-failed-at']).data;
  return {
    code: lineOf(headers['x-error-code'], longestCode) ?? 'message.unexplained',
    message: lineOf(headers['x-error-message'], longestMessage) ?? 'Nothing says why it was set aside.',
    attempts,
    failedAt: instantOf(failedAt === undefined ? null : new Date(failedAt), now),
  };
}

function brokersOwn({ reason }: BrokersDeath): Pick<Failure, 'code' | 'message'> {
  const known = brokersReasons[reason];
  if (known !== undefined) return { code: `message.${reason}`, message: known };
  const word = lineOf(reason, longestCode) ?? 'unknown';
  return { code: 'message.set_aside', message: `The broker set it aside for the reason "${word}".` };
}

function attemptsIn(header: unknown): number {
  return typeof header === 'number' && header > 0 ? Math.min(Math.trunc(header), mostAttempts) : 0;
}

/** A header may claim any date; one outside of what a person could mean is no date. */
function instantOf(claimed: Date | null, now: Date): Date {
  return claimed !== null && claimed >= firstPossible && claimed <= now ? claimed : now;
}
