import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { buildApiDocument } from './inbound/http/api-document.js';

/** Where the description of the API is kept, unless another file is named. */
const file = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../../../docs/api/openapi.json'));

const text = JSON.stringify(await buildApiDocument());
await writeFile(file, await format(text, { ...(await resolveConfig(file)), parser: 'json' }));
