/** What this library needs of a logger; pino's fits. */
export interface MessagingLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;
export const silentLogger: MessagingLogger = { info: nothing, warn: nothing, error: nothing };
