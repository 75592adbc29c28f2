export interface FakeClock {
  /** To be handed over as `clock`. */
  readonly now: () => Date;
  readonly advance: (milliseconds: number) => void;
}

/** A clock that stands still until it is told to move. */
export function fakeClock(start: Date | string = '2026-01-15T10:00:00.000Z'): FakeClock {
  let instant = new Date(start).getTime();
  return {
    now: () => new Date(instant),
    advance: (milliseconds) => {
      instant += milliseconds;
    },
  };
}
