/**
 * Clio writes amounts and quantities as JSON numbers. The shortest decimal text of a double is what Clio's own database held,
 * so all arithmetic happens on that text: 1.005 is one and five thousandths here, not 1.00499999999999989.
 */
export function scaled(value: number, decimals: number): bigint {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a decimal number`);
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const shift = decimals - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : dividedHalfUp(digits, 10n ** BigInt(-shift));
  return value < 0 ? -magnitude : magnitude;
}

/** Decimal text of a double, at most ten places, without trailing zeros. */
export function decimalText(value: number): string {
  return Number.isSafeInteger(value) ? String(value + 0) : unscaledText(scaled(value, 10), 10);
}

/** Four places of an hour are a third of a second, so whole seconds survive the way there and back. */
export function hoursText(seconds: number): string {
  const negative = seconds < 0;
  const magnitude = dividedHalfUp(scaled(Math.abs(seconds), 4), 3600n);
  return unscaledText(negative ? -magnitude : magnitude, 4);
}

/** Rounds half away from zero; both are positive. */
function dividedHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}

function unscaledText(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  const text = digits.slice(0, -decimals) + (fraction === '' ? '' : `.${fraction}`);
  return value < 0n ? `-${text}` : text;
}
