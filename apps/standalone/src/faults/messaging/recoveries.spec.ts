import { Recoveries } from './recoveries.js';

describe('how long consumers were without deliveries', () => {
  it('counts from the loss when the broker was there all the time', () => {
    const recoveries = new Recoveries();
    recoveries.lost('ledger 1', 1_000);
    recoveries.lost('ledger 1', 1_200);
    recoveries.consuming('ledger 1', 1_500);
    recoveries.consuming('ledger 1', 1_600);
    expect(recoveries.seconds([{ downAt: 5_000, upAt: 9_000 }])).toEqual([{ afterRestart: false, seconds: 0.5 }]);
    expect(recoveries.waiting).toEqual([]);
  });

  it('counts from the moment the broker is back, also when it went away while they were lost already', () => {
    const recoveries = new Recoveries();
    recoveries.lost('ledger 1', 4_900);
    recoveries.lost('ledger 2', 5_100);
    recoveries.consuming('ledger 1', 10_000);
    recoveries.consuming('ledger 2', 12_000);
    expect(recoveries.seconds([{ downAt: 5_000, upAt: 9_000 }])).toEqual([
      { afterRestart: true, seconds: 1 },
      { afterRestart: true, seconds: 3 },
    ]);
  });

  it('takes a consumer that is faster than our own look at the broker for back at once', () => {
    const recoveries = new Recoveries();
    recoveries.lost('ledger 1', 5_100);
    recoveries.consuming('ledger 1', 8_990);
    expect(recoveries.seconds([{ downAt: 5_000, upAt: 9_000 }])).toEqual([{ afterRestart: true, seconds: 0 }]);
  });

  it('waits for who has not come back and forgets who was killed', () => {
    const recoveries = new Recoveries();
    recoveries.lost('ledger 1', 1_000);
    recoveries.lost('ledger 2', 1_000);
    recoveries.gone('ledger 2');
    expect(recoveries.waiting).toEqual(['ledger 1']);
    expect(recoveries.seconds([])).toEqual([]);
  });
});
