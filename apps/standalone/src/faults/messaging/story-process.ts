import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagingLogger } from '@firmbridge/messaging';
import type { z } from 'zod';
import { settingsVariable } from '../replica.js';
import { orderSchema, type DeathMoment, type Report } from './process-protocol.js';

/** One process of the story, from its inside. It ends with whoever started it. */
export class StoryProcess {
  private moment: DeathMoment | null = null;

  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {
    process.on('message', (message) => {
      this.moment = orderSchema.parse(message).die;
    });
    process.once('disconnect', () => process.exit(1));
  }

  settings<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
    return schema.parse(JSON.parse(this.env[settingsVariable] ?? 'null'));
  }

  tell(report: Report): void {
    process.send?.(report);
  }

  isToDie(moment: DeathMoment): boolean {
    return this.moment === moment;
  }

  /** kill -9, if it was ordered for this moment. */
  dieIfOrdered(moment: DeathMoment): void {
    if (this.moment === moment) process.kill(process.pid, 'SIGKILL');
  }

  /** The same a moment later, when what was just written has partly left. */
  dieSoonIfOrdered(moment: DeathMoment): void {
    if (this.moment === moment) void nextTurn().then(() => process.kill(process.pid, 'SIGKILL'));
  }

  /** Runs when whoever started us wants an orderly end. */
  onStop(stop: () => Promise<void>): void {
    process.once('SIGTERM', () => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}

/** Lines for the process's log file. */
export const lineLogger: MessagingLogger = {
  info: () => undefined,
  warn: (fields, message) => console.error(line('warn', fields, message)),
  error: (fields, message) => console.error(line('error', fields, message)),
};

function line(level: string, fields: object, message: string): string {
  const { err, ...rest } = fields as { err?: unknown };
  const reason = err instanceof Error ? { reason: err.message } : {};
  return `${new Date().toISOString()} ${level} ${message} ${JSON.stringify({ ...rest, ...reason })}`;
}
