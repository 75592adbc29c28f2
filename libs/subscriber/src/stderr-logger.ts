import type { MessagingLogger } from './amqp/index.js';

/** Warnings and errors as JSON lines on stderr: what a subscriber says that was given no logger. */
export const stderrLogger: MessagingLogger = {
  info: () => undefined,
  warn: (fields, message) => write('warn', fields, message),
  error: (fields, message) => write('error', fields, message),
};

function write(level: string, fields: object, message: string): void {
  const time = new Date().toISOString();
  process.stderr.write(`${JSON.stringify({ time, level, message, ...fields }, readable)}\n`);
}

/** An error has no properties of its own that JSON would show. */
function readable(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
