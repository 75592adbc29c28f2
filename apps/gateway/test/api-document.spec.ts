import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildApiDocument } from '../src/inbound/http/api-document.js';

it('is committed as it is: `npx nx run @firmbridge/gateway:openapi` brings it up to date', async () => {
  const committed: unknown = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../../docs/api/openapi.json'), 'utf8'),
  );
  expect(JSON.parse(JSON.stringify(await buildApiDocument()))).toEqual(committed);
});

it('describes every operation and every answer', async () => {
  const { paths } = await buildApiDocument();
  const operations = Object.values(paths).flatMap(
    (methods) => Object.values(methods) as { summary?: string; responses: object }[],
  );
  expect(operations.length).toBeGreaterThan(0);
  for (const { summary, responses } of operations) {
    expect(summary).toMatch(/./);
    expect(Object.keys(responses)).toContain('default');
  }
});
