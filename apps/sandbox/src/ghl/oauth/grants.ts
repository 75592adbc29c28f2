import { ghlRefreshGraceSeconds, ghlUserTypes } from '@firmbridge/ghl-api';
import { z } from 'zod';
import type { Journal, JournalTopic } from '../../journal.js';

const grantSchema = z.object({
  id: z.string(),
  authClass: z.enum(ghlUserTypes),
  authClassId: z.string(),
  companyId: z.string(),
  userId: z.string(),
  scopes: z.array(z.string()),
  /** 0 until the code is exchanged; then that of the one good refresh token. */
  generation: z.int(),
  /** When the newest generation came to be. */
  rotatedAt: z.iso.datetime(),
  /** Access tokens of an earlier epoch are dead. */
  accessEpoch: z.int(),
  revoked: z.boolean(),
});
export type Grant = z.output<typeof grantSchema>;

/** `current`: rotate it. `repeated`: within the grace, answer as before. `used`: too late. */
export type RefreshVerdict = 'current' | 'repeated' | 'used';

/** Every consent and how far its refresh tokens have rotated. The journal keeps the newest state of each. */
export class Grants {
  private readonly byId = new Map<string, Grant>();
  private readonly topic: JournalTopic<Grant>;

  constructor(journal: Journal) {
    this.topic = journal.topic('ghl.grants', grantSchema);
    for (const grant of this.topic.replay()) this.byId.set(grant.id, grant);
  }

  get(id: string): Grant | undefined {
    const grant = this.byId.get(id);
    return grant?.revoked ? undefined : grant;
  }

  save(grant: Grant): Grant {
    this.topic.append(grant);
    this.byId.set(grant.id, grant);
    return grant;
  }

  rotate(grant: Grant, now: Date): Grant {
    return this.save({ ...grant, generation: grant.generation + 1, rotatedAt: now.toISOString() });
  }

  all(): Grant[] {
    return [...this.byId.values()].filter((grant) => !grant.revoked);
  }

  revoke(test: (grant: Grant) => boolean): void {
    for (const grant of this.all().filter(test)) this.save({ ...grant, revoked: true });
  }

  /** All access tokens issued so far stop working; refresh tokens stay good. */
  expireAccess(): void {
    for (const grant of this.all()) this.save({ ...grant, accessEpoch: grant.accessEpoch + 1 });
  }

  clear(): void {
    this.byId.clear();
  }
}

/** Refresh tokens are single-use, but the one before gets the same answer for 30 seconds (section 1.1). */
export function judgeRefresh(grant: Grant, generation: number, now: Date): RefreshVerdict {
  if (generation === grant.generation) return 'current';
  const age = now.getTime() - Date.parse(grant.rotatedAt);
  return generation === grant.generation - 1 && age <= ghlRefreshGraceSeconds * 1000 ? 'repeated' : 'used';
}
