// `npm run messages` writes docs/messages.md and docs/events/asyncapi.yaml from the contracts and the topology, and docs/entities.md. With `-- --release`
// the schemas in docs/events/schemas become those of the present contracts, unless that would break who relies on them.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const build = spawnSync(process.execPath, ['tools/tsc.mjs', '-b', 'libs/messaging', 'apps/mapping'], {
  cwd: root,
  stdio: 'inherit',
});
if (build.status !== 0) process.exit(1);

const { contractsByType, entitySchemas } = await import('@firmbridge/contracts');
const { clioResources } = await import('@firmbridge/clio-api');
const { ghlResources } = await import('@firmbridge/ghl-api');
const { clioNormalizers, ghlNormalizers } = await import('@firmbridge/mapping');
const { renderEntities } = await import('./entities/page.mjs');
const { topology } = await import('@firmbridge/messaging');
const { renderAsyncApi } = await import('./messages/asyncapi/document.mjs');
const { renderMessages } = await import('./messages/page.mjs');
const { compareWithReleased, schemaDocuments } = await import('./messages/released.mjs');
const { readReleased, writeReleased } = await import('./messages/released-files.mjs');

writeFileSync(
  path.join(root, 'docs/entities.md'),
  renderEntities({
    clio: { resources: clioResources, normalizers: clioNormalizers },
    ghl: { resources: ghlResources, normalizers: ghlNormalizers },
    schemas: entitySchemas,
  }),
);

const contracts = [...contractsByType.values()];
const { version } = JSON.parse(readFileSync(path.join(root, 'libs/contracts/package.json'), 'utf8'));
writeFileSync(path.join(root, 'docs/messages.md'), renderMessages({ contracts, topology }));
writeFileSync(path.join(root, 'docs/events/asyncapi.yaml'), renderAsyncApi({ contracts, topology, version }));
console.log('docs/messages.md, docs/entities.md and docs/events/asyncapi.yaml are written.');

const { breaking, unreleased } = compareWithReleased(contracts, readReleased());
for (const sentence of breaking) console.error(sentence);
if (breaking.length > 0) {
  console.error('A release that nobody has seen yet is taken back by deleting its file in docs/events/schemas.');
  process.exit(1);
}
if (process.argv.includes('--release')) {
  console.log(`${writeReleased(schemaDocuments(contracts))} schemas are released in docs/events/schemas.`);
} else {
  for (const sentence of unreleased) console.log(sentence);
}
