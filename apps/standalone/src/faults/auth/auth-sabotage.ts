import { rewritten, type Rewriting } from '../rewriting.js';

/** Each breaks one guarantee of connections, secrets or tenants on purpose. */
export const replicaSabotages = ['no-lease', 'no-store', 'no-lockout', 'hash-on-the-loop'] as const;
export const authSabotages = [...replicaSabotages, 'keys-taken-too-soon', 'tenants-mistaken'] as const;

/** Done inside a replica of auth. */
export type ReplicaSabotage = (typeof replicaSabotages)[number];
export type AuthSabotage = (typeof authSabotages)[number];

const rewritings: Partial<Record<ReplicaSabotage, Rewriting>> = {
  // Every replica believes that nobody else refreshes.
  'no-lease': { from: 'coalesce(k.lease_until > clock_timestamp(), false) as "isLeased"', to: 'false as "isLeased"' },
  // New tokens are thrown away.
  'no-store': {
    from: 'connection_id = $1 and generation = $2 returning generation',
    to: 'connection_id = $1 and generation = $2 and false returning generation',
  },
  // Attempts are not counted.
  'no-lockout': { from: 'case when $3::float8 > 0 then', to: 'case when $3::float8 > 0 and false then' },
};

export function sabotaged(sql: string, sabotage: ReplicaSabotage | null): string {
  return rewritten(sql, sabotage === null ? undefined : rewritings[sabotage]);
}
