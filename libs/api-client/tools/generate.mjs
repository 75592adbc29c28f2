// Writes src/generated (or the folder that is named) from docs/api/openapi.json.
import { createClient } from '@hey-api/openapi-ts';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

const here = path.resolve(import.meta.dirname, '..');
const target = path.resolve(process.argv[2] ?? path.join(here, 'src/generated'));

await createClient({
  input: path.resolve(here, '../../docs/api/openapi.json'),
  output: { path: target, importFileExtension: '.js' },
  plugins: [
    '@hey-api/typescript',
    '@hey-api/sdk',
    // The address is the caller's affair: the page's own, or the one a program is given.
    { name: '@hey-api/client-fetch', baseUrl: false },
  ],
  logs: { level: 'error', file: false },
});

// Wherever they are written, they look as they are committed.
const style = await resolveConfig(path.join(here, 'src/index.ts'));
for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = path.join(entry.parentPath, entry.name);
  await writeFile(file, await format(await readFile(file, 'utf8'), { ...style, filepath: file }));
}
