import { AppError } from '@firmbridge/contracts';
import { editInClio } from './edits.js';
import { readEvidence, type Evidence } from './evidence.js';
import type { Installation, Victim } from './installation.js';
import type { Sabotage } from './sabotage.js';
import { until } from './until.js';

/** A kill in the middle of the initial sync, when this share of all records has been read. */
export interface PlannedKill {
  readonly victim: Victim;
  readonly at: number;
}

export interface StoryOptions {
  readonly seed: string;
  readonly matters: number;
  readonly kills: readonly PlannedKill[];
  /** How many records there are in all; needed to place the kills. */
  readonly records: number;
  /** Times at which people change the same records in Clio, with a sync after each. */
  readonly edits: readonly Date[];
  readonly sabotage: Sabotage | null;
}

export interface DoneKill {
  readonly victim: Victim;
  /** Share of all records that had been read when it came. */
  readonly at: number;
  /** From the kill until nothing of the platform ran any more. */
  readonly downMs: number;
}

export interface Story {
  readonly evidence: Evidence;
  readonly kills: readonly DoneKill[];
  readonly seconds: number;
}

const progressWithinMs = 60_000;
const mostSettlingStarts = 3;

/** One installation's life: an initial sync with kills, changes in Clio and a sync after each, until nothing is under way. */
export async function live(installation: Installation, options: StoryOptions): Promise<Story> {
  const startedAt = Date.now();
  const { seed, matters, sabotage } = options;
  await installation.prepare(sabotage);
  const kills: DoneKill[] = [];
  for (const kill of options.kills) {
    await installation.start();
    const at = await untilRead(installation, kill.at * options.records);
    const killedAt = Date.now();
    await installation.kill(kill.victim);
    kills.push({ victim: kill.victim, at: at / options.records, downMs: Date.now() - killedAt });
  }
  await syncToTheEnd(installation);
  for (const [index, at] of options.edits.entries()) {
    await editInClio({ stateFile: installation.sandboxFile, seed, matters, round: index + 1, at });
    await syncToTheEnd(installation);
  }
  const evidence = await settledEvidence(installation);
  return { evidence, kills, seconds: (Date.now() - startedAt) / 1000 };
}

async function syncToTheEnd(installation: Installation): Promise<void> {
  await installation.start();
  await installation.finish();
}

/** Answers how many records had been read when it was enough. */
async function untilRead(installation: Installation, records: number): Promise<number> {
  let read = 0;
  await until(
    async () => {
      const [row] =
        (await installation.ask<{ records: number; ended: boolean }>(
          `select coalesce(sum(rr.records), 0)::int as records, coalesce(bool_and(run.finished_at is not null), false) as ended
           from clio_sync.run join clio_sync.run_resource rr on rr.tenant_id = run.tenant_id and rr.run_id = run.run_id`,
        )) ?? [];
      if (row?.ended) throw tooFast(read);
      read = row?.records ?? read;
      return read >= records;
    },
    { timeoutMs: progressWithinMs, intervalMs: 5, what: () => `${records} records read; there were ${read}` },
  );
  return read;
}

function tooFast(read: number): AppError {
  return new AppError(
    'internal',
    'faults.too_fast',
    `The sync was over before it could be disturbed, after ${read} records: take more --matters.`,
  );
}

/** Messages may wait for the next start: it goes on with them. Evidence is read once none is left. */
async function settledEvidence(installation: Installation): Promise<Evidence> {
  const events: Evidence['events'][number][] = [];
  for (let start = 0; ; start += 1) {
    const evidence = await installation.withStores((stores) => readEvidence(stores));
    events.push(...evidence.events);
    if (evidence.waiting === 0 || start === mostSettlingStarts) return { ...evidence, events };
    await syncToTheEnd(installation);
  }
}
