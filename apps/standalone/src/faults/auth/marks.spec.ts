import { Marks } from './marks.js';

const [ours, shared, theirs] = ['1', '2', '3'].map((n) => `${n.repeat(8)}-1111-4111-8111-111111111111`) as [
  string,
  string,
  string,
];

describe('the marks of a firm', () => {
  const marks = Marks.of([`{"id":"${ours}","kind":"${shared}"}`], [shared, theirs], ['Canary & Sons']);

  it('are its ids without those that everybody sees, and the planted words', () => {
    expect(marks.count).toBe(2);
    expect(marks.leakedBy(`${shared} ${theirs}`, '')).toEqual([]);
    expect(marks.leakedBy(`${ours.toUpperCase()} of Canary & Sons`, '')).toEqual([ours, 'Canary & Sons']);
  });

  it('do not count where whoever asked brought them along', () => {
    expect(marks.leakedBy(`There is no ${ours}.`, `/connections/${ours}`)).toEqual([]);
    expect(marks.leakedBy(`Nothing about Canary & Sons`, 'text=Canary & Sons')).toEqual([]);
  });
});
