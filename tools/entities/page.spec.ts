import { readFileSync } from 'node:fs';
import path from 'node:path';
import { clioResourceNames, clioResources } from '@firmbridge/clio-api';
import { entitySchemas } from '@firmbridge/contracts';
import { ghlResourceNames, ghlResources } from '@firmbridge/ghl-api';
import { clioNormalizers, ghlNormalizers } from '@firmbridge/mapping';
import { renderEntities } from './page.mjs';

describe('docs/entities.md', () => {
  const page = renderEntities({
    clio: { resources: clioResources, normalizers: clioNormalizers },
    ghl: { resources: ghlResources, normalizers: ghlNormalizers },
    schemas: entitySchemas,
  });
  const sectionOf = (name: string) => page.split(/^## /m).find((section) => section.startsWith(`${name}\n`)) ?? '';

  it('is what the catalogue, the normalizers and the schemas say; else npm run messages', () => {
    expect(readFileSync(path.resolve(import.meta.dirname, '../../docs/entities.md'), 'utf8')).toBe(page);
  });

  it.each(clioResourceNames)('tells where %s comes from, and the currency of its money', (name) => {
    const section = sectionOf(name);
    expect(section).toContain(clioResources[name].listPath);
    expect(section).toContain(`\`${clioNormalizers[name].entityType}\``);
    if (/integer minor units/i.test(section)) expect(clioNormalizers[name].money).toBeDefined();
  });

  it.each(ghlResourceNames)('tells what becomes of %s of GoHighLevel', (name) => {
    expect(sectionOf(`GoHighLevel ${name}`)).toContain(`\`${ghlNormalizers[name].entityType}\``);
  });

  it('tells where each kind of payment comes from', () => {
    expect(sectionOf('allocations')).toContain('Recorded payments come from allocations');
    expect(sectionOf('payments')).toContain('recorded payments come from `allocations`');
  });
});
