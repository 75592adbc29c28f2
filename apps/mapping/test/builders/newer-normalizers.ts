import type { Draft } from '../../src/domain/entity-state.js';
import { clioNormalizers, NormalizerCatalogue } from '../../src/domain/normalizers/catalogue.js';
import type { Normalizer } from '../../src/domain/normalizers/normalizer.js';
import type { MappedResource } from '../../src/domain/resources.js';

interface Change {
  readonly version: number;
  /** What the code of the newer version does to the state that the older one made. */
  readonly state?: (draft: Draft, body: Readonly<Record<string, unknown>>) => Draft;
  /** What it reads where the older one could not. */
  readonly body?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly title?: Normalizer['title'];
}

/** The platform's normalizers, some of them raised to another version as if their code had changed. */
export function newerNormalizers(changes: Partial<Record<MappedResource, Change>>): NormalizerCatalogue {
  const changed = Object.entries(changes).map(([resource, { version, state, body, title }]) => {
    const normalizer = clioNormalizers[resource as MappedResource];
    const newer: Normalizer = {
      entityType: normalizer.entityType,
      version,
      title: title ?? ((made) => normalizer.title(made)),
      normalize: (record, context) => {
        const draft = normalizer.normalize(body?.(record) ?? record, context);
        return state?.(draft, record) ?? draft;
      },
    };
    return [resource, newer] as const;
  });
  return new NormalizerCatalogue({ clio: { ...clioNormalizers, ...Object.fromEntries(changed) }, ghl: {} });
}
