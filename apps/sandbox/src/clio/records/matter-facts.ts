import { kindOf } from '../data/collection.js';
import { type Firm, pastEndsAt, pastStartsAt } from '../data/firm.js';
import { days } from '../data/values.js';
import { practiceAreas, stages } from '../data/vocabulary.js';

const kind = kindOf('matters');
/** Everything that follows from a matter happens within 150 days of its creation, so still in the past. */
const lastMatterAt = pastEndsAt - days(155);

/** Matters are opened one after another, so a higher id is younger. */
export function matterCreatedMs(firm: Firm, index: number): number {
  const step = (lastMatterAt - pastStartsAt) / firm.counts.matters;
  return Math.floor(pastStartsAt + index * step + (firm.hash(kind, index, 0) / 0x1_0000_0000) * step);
}

/** The first 80 % of matters have a client each, the rest are second matters of the first clients. */
export function clientOf(firm: Firm, index: number): number {
  const { clients } = firm.counts;
  return index < clients ? index : (index - clients) % clients;
}

export function practiceAreaOf(firm: Firm, index: number): number {
  return firm.hash(kind, index, 1) % practiceAreas.length;
}

export type MatterStatus = 'Open' | 'Pending' | 'Closed';

export function matterStatusOf(firm: Firm, index: number): MatterStatus {
  const share = firm.hash(kind, index, 2) % 10;
  return share < 7 ? 'Open' : share < 8 ? 'Pending' : 'Closed';
}

export function stageOf(firm: Firm, index: number): number {
  const within =
    matterStatusOf(firm, index) === 'Closed' ? stages.length - 1 : firm.hash(kind, index, 3) % stages.length;
  return practiceAreaOf(firm, index) * stages.length + within;
}

export function attorneyOf(firm: Firm, index: number): number {
  return firm.hash(kind, index, 4) % firm.counts.attorneys;
}

export function staffOf(firm: Firm, index: number): number {
  const { users, attorneys } = firm.counts;
  return attorneys + (firm.hash(kind, index, 5) % (users - attorneys));
}
