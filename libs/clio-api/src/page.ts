import { z } from 'zod';

/** A page of any list. `next` is an absolute URL to follow, never to build; `records` is at most a hint. */
export const clioPageSchema = z.looseObject({
  data: z.array(z.unknown()),
  meta: z
    .looseObject({
      paging: z.looseObject({ next: z.url().nullish(), previous: z.url().nullish() }).nullish(),
      records: z.int().nullish(),
    })
    .nullish(),
});
export type ClioPage = z.output<typeof clioPageSchema>;

/** A single record in its wrapper: the answer of a show, a create or an update, and of who_am_i. */
export const clioShowSchema = z.looseObject({ data: z.looseObject({}) });
