import { createHash } from 'node:crypto';

const differing: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>'],
  [/\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [/"[^"]*"|“[^”]*”|`[^`]*`|(?<!\w)'[^']*'(?!\w)/g, '<value>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{16,}\b/gi, '<id>'],
  [/(?<![\w<])-?\d+([.,]\d+)*(?!\w)/g, '<n>'],
];

/** The error message without what differs from letter to letter: ids, instants, quoted values, numbers. */
export function causeOf(message: string): string {
  return differing.reduce((text, [pattern, placeholder]) => text.replace(pattern, placeholder), message);
}

/** The same for all letters of a kind that failed in the same queue for the same cause. */
export function fingerprintOf(kind: {
  readonly queue: string;
  readonly type: string | null;
  readonly errorCode: string;
  readonly cause: string;
}): string {
  const { queue, type, errorCode, cause } = kind;
  return createHash('sha256')
    .update(JSON.stringify([queue, type, errorCode, cause]))
    .digest('hex')
    .slice(0, 32);
}
