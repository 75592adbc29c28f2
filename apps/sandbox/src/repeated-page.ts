import { z } from 'zod';

const pageSchema = z.looseObject({
  data: z.array(z.unknown()),
  meta: z.looseObject({ paging: z.looseObject({ next: z.string().optional() }) }),
});

const firstRecords = new WeakMap<object, unknown[]>();

/** A page of Clio that leads back to the first one, or that has the records of the first page that suffered the same fault. */
export function repeatPage(body: Buffer, fault: { what: 'address' | 'records' }): Buffer {
  const text = body.toString('utf8');
  const parsed = pageSchema.safeParse(text.startsWith('{') ? JSON.parse(text) : null);
  if (!parsed.success) return body;
  const page = parsed.data;
  if (fault.what === 'records') {
    const data = firstRecords.get(fault) ?? page.data;
    firstRecords.set(fault, data);
    return Buffer.from(JSON.stringify({ ...page, data }));
  }
  const { next } = page.meta.paging;
  if (next === undefined) return body;
  const first = new URL(next);
  first.searchParams.delete('page_token');
  return Buffer.from(
    JSON.stringify({ ...page, meta: { ...page.meta, paging: { ...page.meta.paging, next: first.href } } }),
  );
}
