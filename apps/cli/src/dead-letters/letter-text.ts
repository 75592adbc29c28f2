import type { DeadLetter, DeadLetterGroup, OpenedDeadLetter } from '@firmbridge/api-client';
import { table, facts } from '../output/table.js';
import { count, countOf, printable, printableLines, shortened } from '../output/text.js';
import { fullTime, relativeTime } from '../output/time.js';

const longestCause = 200;

function typeName(type: string | null): string {
  return type === null ? 'unknown type' : printable(type);
}

function cause(errorCode: string, message: string): string {
  return shortened(`${printable(errorCode)}: ${printable(message)}`, longestCause);
}

export function deadLetterTable(letters: readonly DeadLetter[], now: Date): string {
  const columns = [
    { head: 'id', width: 36 },
    { head: 'message', width: 43 },
    { head: 'failed', width: 11 },
  ];
  const rows = letters.map((letter) => [
    letter.deadLetterId,
    [
      typeName(letter.type),
      `in ${printable(letter.queue)}, ${countOf(letter.attempts, 'attempt')}`,
      cause(letter.errorCode, letter.errorMessage),
    ].join('\n'),
    relativeTime(letter.failedAt, now) + (letter.state === 'waiting' ? '' : `\n${letter.state}`),
  ]);
  return table(columns, rows);
}

export function groupTable(groups: readonly DeadLetterGroup[], now: Date): string {
  const columns = [
    { head: 'count', width: 7, align: 'right' as const },
    { head: 'cause', width: 71 },
    { head: 'last failed', width: 12 },
  ];
  const rows = groups.map((group) => [
    count(group.count),
    [
      `${typeName(group.type)} in ${printable(group.queue)}`,
      cause(group.errorCode, group.cause),
      `fingerprint ${group.fingerprint}`,
    ].join('\n'),
    relativeTime(group.lastFailedAt, now),
  ]);
  return table(columns, rows);
}

/** All about one, and what can be done about it. */
export function letterPage(opened: OpenedDeadLetter, scope: 'tenant' | 'platform', now: Date): string {
  const { deadLetter: letter, headers, body, bodyIsComplete } = opened;
  const bytes = countOf(letter.bodyBytes, 'byte');
  const size = bodyIsComplete ? bytes : `${bytes}, of which the beginning is shown`;
  const headerLines = Object.entries(headers).map(([name, value]): [string, string] => [
    printable(name),
    typeof value === 'string' ? printable(value) : printable(JSON.stringify(value)),
  ]);
  return [
    `Dead letter ${letter.deadLetterId}: ${letter.state}`,
    facts(factsOf(letter, now)),
    ...(headerLines.length === 0 ? [] : ['Headers', facts(headerLines)]),
    `Body (${size})`,
    indented(readable(body)),
    ...waysOn(letter, scope),
  ].join('\n\n');
}

function factsOf(letter: DeadLetter, now: Date): [string, string | null][] {
  const kind = letter.kind === null ? '' : ` (${letter.kind})`;
  const who = letter.decidedBy === null ? '' : ` by ${printable(letter.decidedBy)}`;
  return [
    ['message', typeName(letter.type) + kind],
    ['message id', letter.messageId === null ? null : printable(letter.messageId)],
    ['conversation', letter.correlationId === null ? null : printable(letter.correlationId)],
    ['failed in', `${printable(letter.queue)}, after ${countOf(letter.attempts, 'attempt')}`],
    ['failed at', fullTime(letter.failedAt, now)],
    ['why', `${printable(letter.errorCode)}: ${printable(letter.errorMessage)}`],
    ['fingerprint', letter.fingerprint],
    ['set aside before', letter.previousDeadLetterId],
    ['due', letter.resendAt === null ? null : fullTime(letter.resendAt, now)],
    ['decided', letter.decidedAt === null ? null : fullTime(letter.decidedAt, now) + who],
    ['reason', letter.reason === null ? null : printable(letter.reason)],
    ['replaced by', letter.replacedBy],
  ];
}

function waysOn({ state, deadLetterId, kind, bodyIsKept }: DeadLetter, scope: 'tenant' | 'platform'): string[] {
  if (state !== 'waiting') return [];
  const isOfFirm = scope === 'tenant';
  const platform = isOfFirm ? '' : ' --platform';
  const resend = `  firmbridge dead-letters resend ${deadLetterId}${platform}`;
  const edit = `  firmbridge dead-letters edit ${deadLetterId} --data FILE --reason TEXT`;
  const discard = `  firmbridge dead-letters discard ${deadLetterId}${platform} --reason TEXT`;
  const ways = [...(bodyIsKept ? [resend] : []), ...(kind === 'command' && isOfFirm ? [edit] : []), discard];
  const why = bodyIsKept ? '' : ' (too little of its body was kept to send it again unchanged)';
  return [`It waits for a decision${why}:\n${ways.join('\n')}`];
}

/** JSON over several lines; anything else as it came. */
function readable(body: string): string {
  try {
    return printableLines(JSON.stringify(JSON.parse(body), null, 2));
  } catch (error) {
    if (error instanceof SyntaxError) return printableLines(body);
    throw error;
  }
}

function indented(lines: string): string {
  return lines.replace(/^/gm, '  ');
}
