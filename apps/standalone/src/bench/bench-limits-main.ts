import { parseArgs } from 'node:util';
import { messageOf } from '@firmbridge/contracts';
import { BenchSandbox } from './bench-sandbox.js';
import { credentials, measureUse, replicas } from './limits/budget-use.js';
import { measureClaims } from './limits/claim-rate.js';
import { measureGrants } from './limits/grant-rate.js';
import { withPlace } from './limits/limits-place.js';

const aims = { share: 0.95, grantsPerSecond: 4_000 } as const;

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
  const serverUrl = process.env['DATABASE_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
  const sandbox = await BenchSandbox.start(1, { requestsPerWindow: 60, windowSeconds });
  try {
    const figures = await withPlace(serverUrl, async (place) => {
      console.log(`Grants of two windows by 16 connections, ${seconds} s each ...`);
      const grants = await measureGrants(place, seconds);
      console.log('Claims with thousands of pages waiting ...');
      const claims = await measureClaims(place, seconds);
      console.log(`${replicas} replicas spend ${credentials} budgets of 60 calls in ${windowSeconds} s ...`);
      const options = { windowSeconds, windows: Number(values.windows), isAlone: values.sabotage === 'budgets-apart' };
      return { grants, claims, use: await measureUse(place, sandbox, options) };
    });
    return report(figures);
  } finally {
    await sandbox.stop();
  }
}

interface Figures {
  readonly grants: Awaited<ReturnType<typeof measureGrants>>;
  readonly claims: Awaited<ReturnType<typeof measureClaims>>;
  readonly use: Awaited<ReturnType<typeof measureUse>>;
}

function report({ grants, claims, use }: Figures): boolean {
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
  const met = use.refused === 0 && grants.overGrants === 0;
  const required = { refused: 0, overGrants: 0 };
  console.log(JSON.stringify({ name: 'limits', figures: { grants, claims, use }, required, aims, met }));
  return met;
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exit(1);
}
