import { AppError, type Money } from '@firmbridge/contracts';
import { scaled } from './decimals.js';

/** ISO 4217 currencies whose minor unit is not a hundredth. */
const exponents: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

/** Integer minor units of the currency, rounded half away from zero; null stays null. */
export function money(amount: number | null | undefined, currency: string): Money | null {
  if (amount === null || amount === undefined) return null;
  const minor = Number(scaled(amount, exponents[currency] ?? 2));
  if (!Number.isSafeInteger(minor)) {
    throw new AppError(
      'validation',
      'mapping.amount_too_large',
      'An amount of money is larger than can be kept exactly.',
    );
  }
  return { minor, currency };
}

/** The sum of the amounts that are known; null when none is. */
export function sumOf(amounts: readonly (Money | null)[]): Money | null {
  const known = amounts.filter((amount) => amount !== null);
  const [first] = known;
  return first ? { minor: known.reduce((sum, { minor }) => sum + minor, 0), currency: first.currency } : null;
}

/** The three-letter code, or the fallback when the provider gave none or something else. */
export function currencyCode(given: string | null | undefined, fallback: string): string {
  const code = given?.trim().toUpperCase() ?? '';
  return /^[A-Z]{3}$/.test(code) ? code : fallback;
}
