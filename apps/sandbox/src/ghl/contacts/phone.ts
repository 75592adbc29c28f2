import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

/** Phones are stored as E.164; a number without a country code belongs to the location's country. Null: no such form. */
export function e164(phone: string, country: string): string | null {
  const region = country.toUpperCase();
  const parsed = parsePhoneNumberFromString(phone, isSupportedCountry(region) ? region : undefined);
  return parsed?.isPossible() ? parsed.number : null;
}
