/**
 * Records that come with matters, laid out so that neither direction needs a search: every ten matters have the same
 * pattern, a sorted list of which of the ten each record belongs to.
 */
export class Layout {
  private readonly firstSlot: readonly (number | null)[];

  constructor(private readonly positions: readonly number[]) {
    this.firstSlot = Array.from({ length: 10 }, (_, position) => {
      const slot = positions.indexOf(position);
      return slot < 0 ? null : slot;
    });
  }

  count(matters: number): number {
    const rest = this.positions.filter((position) => position < matters % 10).length;
    return Math.floor(matters / 10) * this.positions.length + rest;
  }

  matterOf(index: number): number {
    const block = Math.floor(index / this.positions.length);
    return block * 10 + (this.positions[this.slotOf(index)] as number);
  }

  slotOf(index: number): number {
    return index % this.positions.length;
  }

  /** The n-th record of a matter, or null where the pattern has none. */
  indexOf(matter: number, n = 0): number | null {
    const first = this.firstSlot[matter % 10];
    if (first === null || first === undefined || this.positions[first + n] !== matter % 10) return null;
    return Math.floor(matter / 10) * this.positions.length + first + n;
  }
}

/**
 * What becomes of the bill of each tenth matter. 0, 1, 4, 5 and 8 are paid (0 and 4 online, 5 from trust), 2 is half
 * paid and bears interest, 3 is a draft, 6 has a credit memo, 7 waits for approval, 9 is void.
 */
export const billStates = [
  'paid',
  'paid',
  'awaiting_payment',
  'draft',
  'paid',
  'paid',
  'awaiting_payment',
  'awaiting_approval',
  'paid',
  'void',
] as const;

export const allocationLayout = new Layout([0, 1, 2, 4, 5, 6, 8]);
/** Payments: those at 0 and 4 are online, the one at 2 is online and failed, the rest were recorded by hand. */
export const paymentLayout = new Layout([0, 1, 2, 4, 5, 8]);
export const creditMemoLayout = new Layout([6]);
export const interestChargeLayout = new Layout([2]);
export const trustLineItemLayout = new Layout([1, 5]);

export const bankMovements = [
  { position: 0, kind: 'payment' },
  { position: 1, kind: 'trust-deposit' },
  { position: 1, kind: 'payment' },
  { position: 2, kind: 'payment' },
  { position: 4, kind: 'payment' },
  { position: 5, kind: 'trust-deposit' },
  { position: 5, kind: 'trust-withdrawal' },
  { position: 5, kind: 'payment' },
  { position: 8, kind: 'payment' },
] as const;
export const bankTransactionLayout = new Layout(bankMovements.map(({ position }) => position));

export const activitiesPerMatter = 8;
/** The first activities of a matter are on its bill, one line each. */
export const linesPerBill = 5;
