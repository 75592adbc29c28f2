import { parseArgs } from 'node:util';
import { messageOf } from '@firmbridge/contracts';
import { platformRules } from '@firmbridge/mapping';
import Table from 'cli-table3';
import type { PlatformSettings } from '../environment.js';
import type { Stores } from '../stores.js';
import { withPlace, withStores } from './bench-place.js';
import { clioBody, ghlBody } from './matching/bodies.js';
import { Dice } from './matching/dice.js';
import { matchingSabotages, type MatchingSabotage } from './matching/matching-sabotage.js';
import { MatchingPlatform } from './matching/matching-platform.js';
import { clioIdOf, ghlIdOf, judged, qualityOf, type Quality } from './matching/outcomes.js';
import { labelledPairs } from './matching/pairs.js';
import { person, type Sheet } from './matching/sheet.js';

const required = { precision: 0.995, recallWithReview: 0.9, pairs: 500 } as const;

interface Options {
  readonly seed: number;
  readonly contacts: number;
  readonly ofEachKind: number;
  readonly arriving: number;
  readonly sabotage: MatchingSabotage | null;
}

interface Figures extends Quality {
  readonly contacts: number;
  readonly fillPerSecond: number;
  readonly matchedPerSecond: number;
}

async function measure(stores: Stores, settings: PlatformSettings, options: Options): Promise<Figures> {
  const { seed, contacts, ofEachKind, arriving, sabotage } = options;
  const pairs = labelledPairs(seed, ofEachKind);
  const dice = new Dice(seed + 1);
  const others: Sheet[] = Array.from({ length: contacts - pairs.length }, () => person(dice));
  const platform = await MatchingPlatform.start(
    stores,
    settings,
    sabotage === null ? platformRules : matchingSabotages[sabotage],
  );
  try {
    await platform.connect();
    console.log(`Filling Clio's side with ${contacts} contacts, ${pairs.length} of them of hard pairs ...`);
    const clioSheets = [...pairs.map(({ clio }) => clio), ...others];
    const filled = await platform.apply(
      'clio',
      clioSheets.map((sheet, index) => clioBody(clioIdOf(index), sheet)),
    );
    await platform.pair();
    await platform.db.query('analyze');
    console.log('Matching the other side of the pairs ...');
    await platform.apply(
      'ghl',
      pairs.map(({ ghl }, index) => ghlBody(ghlIdOf(index), ghl)),
    );
    const quality = qualityOf(await judged(platform.db, platform, pairs));
    console.log(`Matching ${arriving} more contacts, half of them known ...`);
    const arrivals = Array.from({ length: arriving }, (_, index) =>
      ghlBody(`more-${index}`, (index % 2 === 0 ? others[index] : undefined) ?? person(dice)),
    );
    const seconds = await platform.apply('ghl', arrivals);
    return { ...quality, contacts, fillPerSecond: contacts / filled, matchedPerSecond: arriving / seconds };
  } finally {
    await platform.stop();
  }
}

function show(figures: Figures): boolean {
  const table = new Table({
    head: ['pairs', 'linked', 'linked wrongly', 'asked', 'left apart'],
    style: { head: [], border: [], compact: true },
  });
  for (const [kind, { linked, wrong, asked, apart }] of Object.entries(figures.confusion))
    table.push([kind, linked, wrong, asked, apart]);
  console.log(table.toString());
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  console.log(
    `Precision of ${figures.autoLinks} links made without asking: ${percent(figures.precision)} (at least ${percent(required.precision)}).`,
  );
  console.log(
    `Recall with review: ${percent(figures.recallWithReview)} (at least ${percent(required.recallWithReview)}).`,
  );
  console.log(`Sent to review: ${percent(figures.reviewShare)} of these pairs, all of them hard.`);
  console.log(
    `Against ${figures.contacts} contacts: ${Math.round(figures.matchedPerSecond)} records/s matched and applied; ` +
      `${Math.round(figures.fillPerSecond)} records/s where there was nobody to compare with.`,
  );
  const met =
    figures.precision >= required.precision &&
    figures.recallWithReview >= required.recallWithReview &&
    figures.pairs >= required.pairs;
  console.log(JSON.stringify({ name: 'bench-matching', figures: rounded(figures), required, met }));
  return met;
}

function rounded(figures: Figures) {
  return JSON.parse(
    JSON.stringify(figures, (_key, value: unknown) =>
      typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
    ),
  ) as Figures;
}

function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      contacts: { type: 'string', default: '100000' },
      pairs: { type: 'string', default: '40' },
      arriving: { type: 'string', default: '10000' },
      sabotage: { type: 'string' },
    },
  });
  const { sabotage = null } = values;
  if (sabotage !== null && !Object.hasOwn(matchingSabotages, sabotage))
    throw new Error(`--sabotage: must be one of: ${Object.keys(matchingSabotages).join(', ')}`);
  const [seed, contacts, ofEachKind, arriving] = [values.seed, values.contacts, values.pairs, values.arriving].map(
    Number,
  );
  return {
    seed: seed ?? 1,
    contacts: contacts ?? 0,
    ofEachKind: ofEachKind ?? 0,
    arriving: arriving ?? 0,
    sabotage: sabotage as MatchingSabotage | null,
  };
}

async function main(): Promise<boolean> {
  const options = optionsFrom(process.argv.slice(2));
  if (options.sabotage) console.log(`Sabotaged by ${options.sabotage}: something required must be missed.`);
  return withStores(process.env, (stores) =>
    withPlace(stores, null, async (settings) => show(await measure(stores, settings, options))),
  );
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exit(1);
}
