import type { Rewriting } from '../rewriting.js';

/** What a fault run of the Clio sync shows, and can show alone. */
export const clioParts = [
  'webhooks',
  'paging',
  'kills',
  'repeats',
  'forgeries',
  'deletions',
  'weather',
  'writes',
] as const;
export type ClioPart = (typeof clioParts)[number];

/** Each breaks one guarantee of the Clio sync on purpose, in the process of clio-sync. */
export const clioSabotages = [
  'no-catch-up',
  'no-overlap',
  'checkpoint-before-store',
  'no-loop-guard',
  'believe-any-signature',
  'no-replay-guard',
  'no-brake',
  'failed-counts-as-read',
  'no-look-first',
] as const;
export type ClioSabotage = (typeof clioSabotages)[number];

/** Where a broken guarantee shows. */
export const clioPartOf: Readonly<Record<ClioSabotage, ClioPart>> = {
  'no-catch-up': 'webhooks',
  'no-overlap': 'paging',
  'checkpoint-before-store': 'kills',
  'no-loop-guard': 'repeats',
  'believe-any-signature': 'forgeries',
  'no-replay-guard': 'forgeries',
  'no-brake': 'deletions',
  'failed-counts-as-read': 'weather',
  'no-look-first': 'writes',
};

export const clioRewritings: Partial<Record<ClioSabotage, Rewriting>> = {
  // Gaps of webhooks are seen, and nothing follows.
  'no-catch-up': { from: 'set catch_up_due = true', to: 'set catch_up_due = false' },
  // An incremental run begins exactly where the one before it began.
  'no-overlap': { from: "w.complete_until - interval '10 minutes'", to: 'w.complete_until' },
  // Every page is news.
  'no-loop-guard': {
    from: 'as mark on conflict do nothing returning mark',
    to: 'as mark on conflict (tenant_id, run_id, resource, mark) do update set mark = excluded.mark returning mark',
  },
  // A body that comes again is taken for a new one.
  'no-replay-guard': {
    from: 'from fresh join given g using (tenant_id, source_id, body_hash)\n       cross join',
    to: 'from given g\n       cross join',
  },
  // Nothing is ever too much at once.
  'no-brake': { from: 'select count(*)::int as gone,', to: 'select 0 as gone,' },
  // What could not be read is taken for read.
  'failed-counts-as-read': {
    from: "state = case when $7 then 'failed' else state end, finished_at = case when $7 then clock_timestamp() end",
    to: "state = case when $7 then 'applying' else state end, finished_at = null",
  },
  // An attempt that was interrupted is taken for one that never was.
  'no-look-first': { from: `t.was <> 'pending' as "mayHaveHappened"`, to: 'false as "mayHaveHappened"' },
};

/** Its records are written after the checkpoint, so whoever dies in between never writes them. */
export const storedAfterCheckpoint: Rewriting = {
  from: 'order by x.record_id\n     on conflict (tenant_id, connection_id, resource, record_id) do update set\n       revision',
  to: 'where false order by x.record_id\n     on conflict (tenant_id, connection_id, resource, record_id) do update set\n       revision',
};
