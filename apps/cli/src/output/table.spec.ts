import { facts, table } from './table.js';

it('is as wide as its columns whatever stands in them', () => {
  const columns = [
    { head: 'id', width: 4 },
    { head: 'count', width: 5, align: 'right' as const },
  ];
  expect(table(columns, [['abcdefg', '12']]).split('\n')).toEqual([
    '┌──────┬───────┐',
    '│ id   │ count │',
    '├──────┼───────┤',
    '│ abcd │    12 │',
    '│ efg  │       │',
    '└──────┴───────┘',
  ]);
});

it('leaves out facts that are not known', () => {
  expect(
    facts([
      ['id', '42'],
      ['reason', null],
      ['queue', 'q'],
    ]),
  ).toBe('  id     42\n  queue  q');
});
