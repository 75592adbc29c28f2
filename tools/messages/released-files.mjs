import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonText } from './json-text.mjs';

const folder = path.resolve(import.meta.dirname, '../../docs/events/schemas');
const ending = '.json';

/** @returns {Map<string, object>} by the name of the file without `.json` */
export function readReleased() {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(ending)) : [];
  return new Map(
    files.map((file) => [file.slice(0, -ending.length), JSON.parse(readFileSync(path.join(folder, file), 'utf8'))]),
  );
}

/** @param {ReadonlyMap<string, object>} documents @returns {number} how many files are other than before */
export function writeReleased(documents) {
  mkdirSync(folder, { recursive: true });
  const known = readReleased();
  const changed = [...documents].filter(([name, document]) => jsonText(known.get(name)) !== jsonText(document));
  for (const [name, document] of changed) writeFileSync(path.join(folder, name + ending), `${jsonText(document)}\n`);
  return changed.length;
}
