import { z } from 'zod';

/** mapping has no settings of its own. */
export const mappingConfig = z.object({});
export type MappingConfig = z.output<typeof mappingConfig>;
