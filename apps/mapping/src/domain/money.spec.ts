import { decimalText, hoursText } from './decimals.js';
import { currencyCode, money, sumOf } from './money.js';

const minor = (amount: number, currency = 'USD') => money(amount, currency)?.minor;

describe('money', () => {
  it.each([
    [0.1 + 0.2, 30],
    [1.005, 101],
    [-1.005, -101],
    [1.004999, 100],
    [0.285, 29],
    [8.345, 835],
    [-12.34, -1234],
    [-0, 0],
    [1e-7, 0],
    [1234567890.12, 123456789012],
    [1e21 / 1e12, 100000000000],
  ])('keeps %d dollars as %d cents', (amount, cents) => {
    expect(minor(amount)).toBe(cents);
  });

  it('follows the exponent of the currency', () => {
    expect(minor(1500, 'JPY')).toBe(1500);
    expect(minor(1500.5, 'JPY')).toBe(1501);
    expect(minor(1.2345, 'KWD')).toBe(1235);
    expect(minor(1.2345, 'CLF')).toBe(12345);
  });

  it('never makes a negative zero, which JSON and comparisons treat differently', () => {
    expect(Object.is(minor(-0.001), 0)).toBe(true);
  });

  it('refuses an amount that minor units cannot hold exactly', () => {
    expect(() => money(1e15, 'USD')).toThrow('larger than can be kept');
  });

  it('keeps an unknown amount unknown', () => {
    expect(money(null, 'USD')).toBeNull();
    expect(sumOf([null, null])).toBeNull();
    expect(sumOf([money(1.1, 'USD'), null, money(2.2, 'USD')])).toEqual({ minor: 330, currency: 'USD' });
  });

  it('falls back when the currency is missing or unreadable', () => {
    expect(currencyCode('cad', 'USD')).toBe('CAD');
    expect(currencyCode('US Dollar', 'USD')).toBe('USD');
    expect(currencyCode(null, 'EUR')).toBe('EUR');
  });
});

describe('decimals', () => {
  it.each([
    [1.3601, '1.3601'],
    [0.1 + 0.2, '0.3'],
    [-2.5, '-2.5'],
    [1e-7, '0.0000001'],
    [12, '12'],
    [-0, '0'],
  ])('writes %d as %s', (value, expected) => {
    expect(decimalText(value)).toBe(expected);
  });

  it.each([
    [5400, '1.5'],
    [100, '0.0278'],
    [360, '0.1'],
    [1, '0.0003'],
    [0, '0'],
    [-1800, '-0.5'],
  ])('writes %d seconds as %s hours', (seconds, expected) => {
    expect(hoursText(seconds)).toBe(expected);
  });

  it('gives back every whole second of a day from its hours', () => {
    const lost = Array.from({ length: 86_400 }, (_, second) => second).filter(
      (second) => Math.round(Number(hoursText(second)) * 3600) !== second,
    );
    expect(lost).toEqual([]);
  });
});
