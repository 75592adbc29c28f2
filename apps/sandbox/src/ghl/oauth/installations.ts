import { z } from 'zod';
import { ghlUserTypes } from '@firmbridge/ghl-api';
import type { Journal, JournalTopic } from '../../journal.js';

const installationSchema = z.object({
  authClass: z.enum(ghlUserTypes),
  authClassId: z.string(),
  companyId: z.string(),
  userId: z.string(),
  scopes: z.array(z.string()),
  installedAt: z.iso.datetime(),
  removed: z.boolean(),
});
export type Installation = z.output<typeof installationSchema>;

/** Where the app is installed: at single locations, or at the agency and so at all of them. */
export class Installations {
  private readonly byOwner = new Map<string, Installation>();
  private readonly topic: JournalTopic<Installation>;

  constructor(journal: Journal) {
    this.topic = journal.topic('ghl.installations', installationSchema);
    for (const installation of this.topic.replay()) this.byOwner.set(installation.authClassId, installation);
  }

  save(installation: Installation): void {
    this.topic.append(installation);
    this.byOwner.set(installation.authClassId, installation);
  }

  of(ownerId: string): Installation | undefined {
    const installation = this.byOwner.get(ownerId);
    return installation?.removed ? undefined : installation;
  }

  /** The location's own, else its agency's. */
  reaching(location: { id: string; companyId: string }): Installation | undefined {
    return this.of(location.id) ?? this.of(location.companyId);
  }

  clear(): void {
    this.byOwner.clear();
  }
}
