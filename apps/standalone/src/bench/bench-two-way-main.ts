import { parseArgs } from 'node:util';
import { messageOf } from '@firmbridge/contracts';
import { percentile } from '../percentile.js';
import { withStores } from './bench-place.js';
import { measureTwoWay, type TwoWayFigures } from './two-way/two-way.js';

const aims = { p95Ms: 2_000 } as const;

function show({ pairs, edits, toClio, toGhl, burst, writes }: TwoWayFigures, description: string): boolean {
  const spread = (ms: readonly number[]) => ({
    p50: Math.round(percentile(ms, 0.5)),
    p95: Math.round(percentile(ms, 0.95)),
  });
  const figures = {
    pairs,
    edits: 2 * edits + burst.edits,
    toClioMs: spread(toClio),
    toGhlMs: spread(toGhl),
    burstPerSecond: Number((burst.arrived / burst.seconds).toFixed(1)),
    lost: 2 * edits - toClio.length - toGhl.length + burst.edits - burst.arrived,
    writesBeyondEdits: writes - 2 * edits - burst.edits,
  };
  const said = ({ p95 }: { p95: number }) => (p95 <= aims.p95Ms ? 'reached' : 'missed');
  console.log(`On ${description}; ${pairs} contacts that both sides have.`);
  console.log(
    `An edit in GoHighLevel is in Clio within p50 ${figures.toClioMs.p50} ms, p95 ${figures.toClioMs.p95} ms; ` +
      `one in Clio is in GoHighLevel within p50 ${figures.toGhlMs.p50} ms, p95 ${figures.toGhlMs.p95} ms.`,
  );
  console.log(`Aims: p95 ${aims.p95Ms} ms: ${said(figures.toClioMs)} and ${said(figures.toGhlMs)}.`);
  console.log(`${burst.edits} edits at once: ${figures.burstPerSecond}/s until the last one had arrived.`);
  const met = figures.lost === 0 && figures.writesBeyondEdits === 0;
  const required = { lost: 0, writesBeyondEdits: 0 };
  console.log(JSON.stringify({ name: 'two-way', figures, required, aims, met }));
  return met;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { edits: { type: 'string', default: '100' } } });
  return withStores(process.env, async (stores) =>
    show(await measureTwoWay(stores, Number(values.edits)), stores.description),
  );
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exit(1);
}
