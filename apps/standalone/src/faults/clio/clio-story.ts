import type { ClioSabotage } from './clio-parts.js';
import type { ClioPlace, ClioPlaceOptions } from './clio-place.js';

/** What a part of the run is given. */
export interface ClioStory {
  readonly sabotage: ClioSabotage | null;
  /** Numbers in [0, 1), the same for the same seed and part. */
  readonly random: () => number;
  readonly tell: (line: string) => void;
  /** A number of the full size, made smaller; never below the least that shows anything. */
  scaled(full: number, least: number): number;
  /** Ends with the part. */
  place(options: Pick<ClioPlaceOptions, 'name' | 'matters' | 'env' | 'webhooks'> & PlaceWork): Promise<ClioPlace>;
}

interface PlaceWork {
  readonly work?: 'pages' | 'writes';
  /** Whether the sabotage is done here; default true. */
  readonly isSabotaged?: boolean;
}

export function pick<T>(random: () => number, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('There is nothing to pick from.');
  return one;
}
