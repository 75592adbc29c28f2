import { z } from 'zod';

/** The largest page of a list; answers of services are bounded. */
const mostPerPage = 50;

export const limitParameter = z.coerce
  .number()
  .int()
  .min(1)
  .max(mostPerPage)
  .default(20)
  .describe('At most so many; a page can be shorter though there are more.');

export const pageParameters = {
  limit: limitParameter,
  cursor: z.string().min(1).max(500).optional().describe('`nextCursor` of the page before.'),
};

export const flagParameter = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
