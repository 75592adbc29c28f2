import { z } from 'zod';

const address = z.email().max(254);

/** As it is kept and compared. Null when it is no e-mail address. */
export function normaliseEmail(text: string): string | null {
  const parsed = address.safeParse(text.trim().toLowerCase());
  return parsed.success ? parsed.data : null;
}
