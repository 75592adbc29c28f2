import { parseArgs } from 'node:util';
import { messageOf } from '@firmbridge/contracts';
import { percentile } from '../percentile.js';
import { withStores } from './bench-place.js';
import { BenchSandbox } from './bench-sandbox.js';
import { measureBesideBacklog, smallFirms, type BesideBacklog } from './limits/beside-backlog.js';
import { credentials, measureUse, replicas } from './limits/budget-use.js';
import { measureClaims } from './limits/claim-rate.js';
import { measureGrants } from './limits/grant-rate.js';
import { withLimitsPlace } from './limits/limits-place.js';

const aims = { share: 0.95, grantsPerSecond: 4_000, besideBacklog: 2 } as const;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      window: { type: 'string', default: '15' },
      windows: { type: 'string', default: '6' },
      sabotage: { type: 'string' },
    },
  });
  if (values.sabotage !== undefined && values.sabotage !== 'budgets-apart')
    throw new Error('--sabotage knows only budgets-apart: each replica counts for itself');
  const seconds = Number(values.seconds);
  const windowSeconds = Number(values.window);
  const options = { windowSeconds, windows: Number(values.windows), isAlone: values.sabotage === 'budgets-apart' };
  return withStores(process.env, async (stores) => {
    const sandbox = await BenchSandbox.start(1, { limit: { requestsPerWindow: 60, windowSeconds } });
    const budgets = withLimitsPlace(stores.databaseUrl, async (place) => {
      console.log(`Grants of two windows by 16 connections, ${seconds} s each ...`);
      const grants = await measureGrants(place, seconds);
      console.log('Claims with thousands of pages waiting ...');
      const claims = await measureClaims(place, seconds);
      console.log(`${replicas} replicas spend ${credentials} budgets of 60 calls in ${windowSeconds} s ...`);
      return { grants, claims, use: await measureUse(place, sandbox, options) };
    });
    const figures = await budgets.finally(() => sandbox.stop());
    console.log(`Edits in ${smallFirms} small firms, by themselves and beside a million records that wait ...`);
    return report({ ...figures, neighbours: await measureBesideBacklog(stores) });
  });
}

interface Figures {
  readonly grants: Awaited<ReturnType<typeof measureGrants>>;
  readonly claims: Awaited<ReturnType<typeof measureClaims>>;
  readonly use: Awaited<ReturnType<typeof measureUse>>;
  readonly neighbours: BesideBacklog;
}

function report({ grants, claims, use, neighbours }: Figures): boolean {
  const reached = (isReached: boolean) => (isReached ? 'reached' : 'missed');
  console.log(
    `Grants/s: ${Math.round(grants.grantsPerSecond)} one by one; with their answers ${Math.round(grants.answeredPerSecond)}, eight at a time ${Math.round(grants.answeredOfEightPerSecond)}; ` +
      `aim ${aims.grantsPerSecond}: ${reached(grants.grantsPerSecond >= aims.grantsPerSecond)}. Granted too many: ${grants.overGrants}.`,
  );
  console.log(
    `Claims/s with ${claims.runnableRows} pages waiting: ${Math.round(claims.perSecond)}; ` +
      `the first ${claims.firms} claims served ${claims.firmsServedInTheFirstRound} of ${claims.firms} firms.`,
  );
  console.log(
    `Calls: ${use.calls}, answered with 429: ${use.refused}, failed: ${use.failed}; ${(use.share * 100).toFixed(1)} % of the permitted, ` +
      `aim ${aims.share * 100} %: ${reached(use.share >= aims.share)}.`,
  );
  const beside = besideFigures(neighbours);
  console.log(
    `Edit in a small firm to its entity event: p95 ${beside.aloneMs.p95} ms alone, ${beside.besideMs.p95} ms beside a firm of which ` +
      `${beside.backlogPerSecond} records/s are read meanwhile; ${beside.ratio} times, aim < ${aims.besideBacklog}: ${reached(beside.ratio < aims.besideBacklog)}.`,
  );
  const met = use.refused === 0 && grants.overGrants === 0 && beside.lost === 0 && beside.isBacklogLeft;
  const required = { refused: 0, overGrants: 0, lost: 0, isBacklogLeft: true };
  console.log(JSON.stringify({ name: 'limits', figures: { grants, claims, use, beside }, required, aims, met }));
  return met;
}

function besideFigures(neighbours: BesideBacklog) {
  const { alone, besideBacklog, edits, backlogRecords, backlogSeconds, isBacklogLeft } = neighbours;
  const spread = (ms: readonly number[]) => ({
    p50: Math.round(percentile(ms, 0.5)),
    p95: Math.round(percentile(ms, 0.95)),
  });
  return {
    aloneMs: spread(alone),
    besideMs: spread(besideBacklog),
    ratio: Number((percentile(besideBacklog, 0.95) / percentile(alone, 0.95)).toFixed(2)),
    lost: 2 * edits - alone.length - besideBacklog.length,
    backlogPerSecond: Math.round(backlogRecords / backlogSeconds),
    isBacklogLeft,
  };
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exit(1);
}
