import { AppError, messageOf } from '@firmbridge/contracts';

/** One property of a queue in which the broker and a declaration differ; `none` when a side has none. */
export interface Difference {
  readonly argument: string;
  readonly current: string;
  readonly wanted: string;
}

const preconditionFailed = 406;
const value = "(none|(?:the value )?'.*?'(?: of type '\\w+')?)";
const wording = new RegExp(`inequivalent arg '([^']+)' for .*: received ${value} but current is ${value}"?$`, 's');

/** Reads the broker's refusal of a declaration; null when it was about something else, or was cut short (at 255 bytes). */
export function differenceOf(error: unknown): Difference | null {
  const [, argument, wanted, current] = wording.exec(messageOf(error)) ?? [];
  if (argument === undefined || wanted === undefined || current === undefined) return null;
  return { argument, current: bare(current), wanted: bare(wanted) };
}

export function isPreconditionFailed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === preconditionFailed;
}

/** For a queue that exists and differs from what we would declare; the broker names the first difference only. */
export function otherArguments(queue: string, wanted: Readonly<Record<string, unknown>>, cause: unknown): AppError {
  const difference = differenceOf(cause);
  const found =
    difference === null
      ? `its arguments are not ${JSON.stringify(wanted)}; the broker says: ${messageOf(cause)}`
      : `on the broker ${difference.argument} is ${difference.current}, this subscriber declares ${difference.wanted}`;
  const message = `The queue ${queue} exists and is another: ${found}. Delete it when it is empty, or take another name.`;
  return new AppError('conflict', 'subscriber.other_arguments', message, { details: { queue, ...difference }, cause });
}

function bare(text: string): string {
  return text === 'none' ? text : /'(.*?)'/s.exec(text)?.[1] || 'empty';
}
