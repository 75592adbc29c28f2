/** Chance that repeats itself for the same seed. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 48_271 + 11) % 2_147_483_647 || 1;
  }

  /** In [0, 1). */
  roll(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }

  below(limit: number): number {
    return Math.floor(this.roll() * limit);
  }

  chance(share: number): boolean {
    return this.roll() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  /** The first of a list much more often than the last, as surnames are borne. */
  pickSkewed<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(items.length * this.roll() ** 2.2)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }
}
