import { editDeadLetter as edit } from '@firmbridge/api-client';
import { messageOf } from '@firmbridge/contracts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../failures.js';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';

export interface EditOptions {
  readonly data: string;
  readonly reason: string;
  readonly json?: boolean;
}

const dataSchema = z.record(z.string(), z.unknown());

export async function editDeadLetter(session: Session, deadLetterId: string, options: EditOptions): Promise<void> {
  const { client, terminal } = session;
  const data = parse(await read(session, options.data), options.data);
  const body = { data, reason: options.reason };
  const replacement = await answerOf(edit({ client, path: { deadLetterId }, body }));
  if (options.json) return terminal.print(asJson(replacement));
  terminal.print(`Sent as message ${replacement.messageId}; the dead letter is replaced by it.`);
}

function read({ terminal, folder }: Session, file: string): Promise<string> {
  if (file === '-') return terminal.read();
  return readFile(path.resolve(folder, file), 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}.`);
  });
}

function parse(text: string, file: string): Record<string, unknown> {
  const source = file === '-' ? 'The standard input' : file;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${source} is not JSON: ${messageOf(error)}.`);
  }
  const data = dataSchema.safeParse(value);
  if (data.success) return data.data;
  throw new UsageError(`${source} must hold a JSON object: the data of the command.`);
}
