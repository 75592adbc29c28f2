import { AppError, envelopeSchema, messageOf, type Envelope } from '@firmbridge/contracts';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { defaultConnect, defaultNamespace, type BrokerOptions } from '../broker-options.js';
import { stderrLogger } from '../stderr-logger.js';
import { readStream, timeOf, type StreamStart } from '../stream.js';

export interface RecordOptions extends BrokerOptions {
  readonly from: StreamStart;
  readonly until?: Date;
  /** File to write; what it holds already goes. */
  readonly to: string;
}

/** Writes the events of the platform's stream to a file, one a line. Gives how many. They hold people's data: mind where it lies. */
export async function recordEvents(options: RecordOptions): Promise<number> {
  const { from, until, to, url } = options;
  const settings = {
    ...{ url, from, live: false, signal: new AbortController().signal },
    namespace: options.namespace ?? defaultNamespace,
    connect: options.connect ?? defaultConnect,
    logger: options.logger ?? stderrLogger,
  };
  const file = createWriteStream(to);
  await once(file, 'open');
  let written = 0;
  try {
    await readStream(settings, async (message) => {
      const time = timeOf(message);
      const isWanted =
        time !== null && (!(from instanceof Date) || time >= from) && (until === undefined || time < until);
      if (!isWanted) return;
      // JSON has no line breaks but those between its parts.
      const line = JSON.stringify(JSON.parse(message.content.toString('utf8')));
      written += 1;
      if (!file.write(`${line}\n`)) await once(file, 'drain');
    });
  } finally {
    file.end();
    await finished(file);
  }
  return written;
}

/** The messages of a file with one envelope a line. */
export async function readRecording(file: string): Promise<Envelope[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    try {
      const envelope = JSON.parse(line) as Envelope;
      envelopeSchema.parse(envelope);
      return envelope;
    } catch (cause) {
      const message = `Line ${index + 1} of ${file} is no event: ${messageOf(cause)}`;
      throw new AppError('validation', 'recording.unreadable', message, { cause });
    }
  });
}
