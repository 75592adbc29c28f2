import { Dice } from './dice.js';
import { differentPairs } from './different-pairs.js';
import { samePairs } from './same-pairs.js';
import type { PairMaker, Sheet } from './sheet.js';

/** One sheet as it lies in Clio, one as it lies in GoHighLevel, and whether both are about the same. */
export interface LabelledPair {
  readonly kind: string;
  readonly isSame: boolean;
  readonly clio: Sheet;
  readonly ghl: Sheet;
}

/** Hard cases only, the same for the same seed; made from what goes wrong in offices, not from what the matcher looks at. */
export function labelledPairs(seed: number, ofEachKind: number): LabelledPair[] {
  const dice = new Dice(seed);
  const make = (isSame: boolean, makers: Readonly<Record<string, PairMaker>>) =>
    Object.entries(makers).flatMap(([kind, maker]) =>
      Array.from({ length: ofEachKind }, () => {
        const [clio, ghl] = maker(dice);
        return { kind, isSame, clio, ghl };
      }),
    );
  return [...make(true, samePairs), ...make(false, differentPairs)];
}
