/** When two sides that keep undoing each other's changes are stopped. */
export class LoopRules {
  constructor(
    readonly mostWrites: number,
    readonly windowMinutes: number,
  ) {}
}

export const platformLoopRules = new LoopRules(12, 10);
