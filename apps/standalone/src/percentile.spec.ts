import { percentile } from './percentile.js';

describe('percentile', () => {
  it('is a value that was seen', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, 0.95)).toBe(95);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.95)).toBe(0);
  });
});
