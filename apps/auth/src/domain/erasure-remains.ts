import type { Remains } from '@firmbridge/contracts';

const dayMs = 86_400_000;

export interface ErasureFacts {
  readonly now: Date;
  /** When the firm came to us: before that nothing can hold anything of it. */
  readonly since: Date;
  readonly streamDays: number;
  readonly backupDays: number;
}

/** What still holds something of an erased firm and until when: each day of the stream of entity events, and the backups. */
export function remainsAfterErasure({ now, since, streamDays, backupDays }: ErasureFacts): Remains[] {
  const first = Math.max(since.getTime(), now.getTime() - streamDays * dayMs);
  const remains: Remains[] = [];
  for (let day = startOfDay(first); day <= now.getTime(); day += dayMs) {
    const name = new Date(day).toISOString().slice(0, 10);
    // An event of the day's last moment is kept for as long as the stream keeps anything.
    const until = new Date(day + (streamDays + 1) * dayMs).toISOString();
    remains.push({ what: `The stream of entity events, day ${name}.`, until });
  }
  const until = new Date(now.getTime() + backupDays * dayMs).toISOString();
  return [...remains, { what: `Backups made before ${now.toISOString()}.`, until }];
}

function startOfDay(instant: number): number {
  return Math.floor(instant / dayMs) * dayMs;
}
