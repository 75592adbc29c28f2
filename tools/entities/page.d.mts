import type { ClioResource } from '@firmbridge/clio-api';
import type { GhlResource } from '@firmbridge/ghl-api';
import type { z } from 'zod';

interface OfProvider<Resource> {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly normalizers: Readonly<
    Record<string, { readonly entityType: string; readonly money?: string; readonly notes?: readonly string[] }>
  >;
}

/** The text of docs/entities.md. */
export function renderEntities(sources: {
  readonly clio: OfProvider<ClioResource>;
  readonly ghl: OfProvider<GhlResource>;
  readonly schemas: Readonly<Record<string, z.ZodType>>;
}): string;
