import { isAppError, messageOf } from '@firmbridge/contracts';
import type { ConsumeMessage, Options } from 'amqplib';
import type { RawOutgoing } from './confirmed-publisher.js';

/**
 * What becomes of a message whose handler failed. Each attempt is counted in `x-attempt` of the copy that goes to a rung of
 * the queue's ladder; when its time is over a message falls back into the queue it came from:
 *
 *   attempt 1 fails -> rung 1 -> attempt 2 fails -> rung 2 -> ... -> last attempt fails -> dead letters
 *
 * An error that trying again cannot help goes to the dead letters at once, with the reason in headers.
 */
export type NextStep =
  | { readonly kind: 'retry'; readonly attempt: number; readonly delayMs: number }
  | { readonly kind: 'dead'; readonly attempt: number };

export const attemptHeader = 'x-attempt';

/** Attempts before this one. */
export function attemptsBefore(delivery: ConsumeMessage): number {
  const attempt: unknown = delivery.properties.headers?.[attemptHeader];
  return typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 0;
}

export function nextStep(error: unknown, before: number, retryDelaysMs: readonly number[]): NextStep {
  const attempt = before + 1;
  const retryable = !isAppError(error) || error.retryable;
  if (!retryable || before >= retryDelaysMs.length) return { kind: 'dead', attempt };
  return { kind: 'retry', attempt, delayMs: delayFor(error, before, retryDelaysMs) };
}

/** The rung of this attempt, or a longer one when the other side asked us to wait longer. */
function delayFor(error: unknown, before: number, retryDelaysMs: readonly number[]): number {
  const asked = (isAppError(error) ? error.retryAfterMs : undefined) ?? 0;
  const rungs = retryDelaysMs.slice(before);
  return rungs.find((delay) => delay >= asked) ?? rungs.at(-1) ?? 0;
}

const longestReason = 500;

export function errorCodeOf(error: unknown): string {
  return isAppError(error) ? error.code : 'message.handler_failed';
}

/** Where a copy is published. The empty exchange reaches a queue by its name. */
export interface Place {
  readonly exchange: string;
  readonly routingKey: string;
}

/** The places of one queue's ladder. */
export interface Ladder {
  /** Where a message waits so long and then falls back into the queue. */
  rung(delayMs: number): Place;
  readonly deadLetters: Place;
}

/** What to publish, with confirm, before the original is acknowledged. */
export interface Copy {
  readonly step: NextStep;
  readonly delivery: ConsumeMessage;
  readonly error: unknown;
  readonly ladder: Ladder;
  readonly now: Date;
}

export function copyFor({ step, delivery, error, ladder, now }: Copy): RawOutgoing {
  const headers: Record<string, unknown> = { ...ownHeaders(delivery), [attemptHeader]: step.attempt };
  if (step.kind === 'dead') {
    headers['x-error-code'] = errorCodeOf(error);
    headers['x-error-message'] = messageOf(error).slice(0, longestReason);
    headers['x-failed-at'] = now.toISOString();
  }
  return {
    ...(step.kind === 'dead' ? ladder.deadLetters : ladder.rung(step.delayMs)),
    content: delivery.content,
    properties: { ...ownProperties(delivery), headers, mandatory: true },
  };
}

/** The broker's own headers stay behind: with an `x-death` of before it may take the copy for a loop and drop it. */
function ownHeaders(delivery: ConsumeMessage): Record<string, unknown> {
  const headers = Object.entries(delivery.properties.headers ?? {});
  return Object.fromEntries(headers.filter(([name]) => !brokersHeader.test(name)));
}

/** Headers the broker writes. */
export const brokersHeader = /^(x-death|x-(first|last)-death-.*|x-delivery-count|x-acquired-count|CC|BCC)$/;

function ownProperties({ properties }: ConsumeMessage): Options.Publish {
  const { messageId, type, contentType, contentEncoding, correlationId, timestamp } = properties;
  const given = { messageId, type, contentType, contentEncoding, correlationId, timestamp };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(present), persistent: true };
}
