import type { Region } from '@firmbridge/contracts';
import type { CountryCode } from 'libphonenumber-js/max';

/** What a record does not say about itself: how its connection's region writes money and phone numbers. */
export interface NormalizationContext {
  readonly currency: string;
  readonly country: CountryCode;
}

/** Clio's EU region serves firms in the United Kingdom and Ireland first of all: hence the country beside the euro. */
const contexts: Record<Region, NormalizationContext> = {
  us: { currency: 'USD', country: 'US' },
  ca: { currency: 'CAD', country: 'CA' },
  eu: { currency: 'EUR', country: 'GB' },
  au: { currency: 'AUD', country: 'AU' },
  global: { currency: 'USD', country: 'US' },
};

export function contextOf(region: Region): NormalizationContext {
  return contexts[region];
}
