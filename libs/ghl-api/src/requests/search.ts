import { z } from 'zod';

export const searchValueMaxLength = 75;
/** `page * pageLimit` may not pass this; deeper pages need `searchAfter`. */
export const searchWindow = 10_000;
export const searchMaxPageSize = 500;
export const searchMaxSorts = 2;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const bound = z.union([z.string(), z.number()]);

export const searchOperators = ['eq', 'not_eq', 'contains', 'not_contains', 'exists', 'not_exists', 'range'] as const;
export type GhlSearchOperator = (typeof searchOperators)[number];

export const searchConditionSchema = z.strictObject({
  field: z.string().min(1),
  operator: z.enum(searchOperators),
  /** Absent for `exists` and `not_exists`; bounds for `range`. */
  value: z
    .union([
      scalar,
      z.array(scalar),
      z.strictObject({ gt: bound.optional(), gte: bound.optional(), lt: bound.optional(), lte: bound.optional() }),
    ])
    .optional(),
});
export type GhlSearchCondition = z.output<typeof searchConditionSchema>;

export interface GhlSearchGroup {
  readonly group: 'AND' | 'OR';
  readonly filters: readonly GhlSearchFilter[];
}
export type GhlSearchFilter = GhlSearchCondition | GhlSearchGroup;

export const searchFilterSchema: z.ZodType<GhlSearchFilter> = z.lazy(() =>
  z.union([
    searchConditionSchema,
    z.strictObject({ group: z.enum(['AND', 'OR']), filters: z.array(searchFilterSchema) }),
  ]),
);

export const searchSortSchema = z.strictObject({ field: z.string().min(1), direction: z.enum(['asc', 'desc']) });
export type GhlSearchSort = z.output<typeof searchSortSchema>;

export const searchAfterSchema = z.array(z.union([z.string(), z.number()]));
export type GhlSearchAfter = z.output<typeof searchAfterSchema>;

/** Everything changed at or after an instant. ISO text: what public code sends and production accepts. */
export function changedSince(field: string, since: Date): GhlSearchCondition {
  return { field, operator: 'range', value: { gte: since.toISOString() } };
}
