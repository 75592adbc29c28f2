import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const lineSchema = z.object({ topic: z.string(), entry: z.unknown() });

export interface JournalTopic<Entry> {
  append(entry: Entry): void;
  /** What earlier processes appended, oldest first. */
  replay(): Entry[];
}

/**
 * What must survive a restart, one JSON line an entry, appended before the caller is answered.
 * Without a file nothing survives. A last line cut short by a crash is left out.
 */
export class Journal {
  private readonly remembered = new Map<string, unknown[]>();

  constructor(private readonly file: string | null) {
    if (file === null) return;
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) this.read(file);
  }

  topic<Entry>(name: string, schema: z.ZodType<Entry>): JournalTopic<Entry> {
    return {
      append: (entry) => this.write(name, entry),
      replay: () => (this.remembered.get(name) ?? []).map((entry) => schema.parse(entry)),
    };
  }

  clear(): void {
    this.remembered.clear();
    if (this.file !== null) writeFileSync(this.file, '');
  }

  private write(topic: string, entry: unknown): void {
    if (this.file !== null) appendFileSync(this.file, `${JSON.stringify({ topic, entry })}\n`);
  }

  private read(file: string): void {
    const text = readFileSync(file, 'utf8');
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    if (complete.length < text.length) writeFileSync(file, complete);
    for (const line of complete.split('\n')) {
      if (line === '') continue;
      const { topic, entry } = lineSchema.parse(JSON.parse(line));
      const known = this.remembered.get(topic);
      if (known) known.push(entry);
      else this.remembered.set(topic, [entry]);
    }
  }
}
