import { z } from 'zod';

/** Somebody who was asked by a saga and has not answered yet. */
export const sagaServiceSchema = z.string().regex(/^[a-z-]+$/);

/** What could not be removed, said to a person: in which place, and how long it may stay there. */
export const remainsSchema = z
  .object({ what: z.string().max(300), until: z.iso.datetime().nullable() })
  .meta({ id: 'Remains' });
export type Remains = z.output<typeof remainsSchema>;
