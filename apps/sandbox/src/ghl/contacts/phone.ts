import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

/** Phones are stored as E.164; a number without a country code belongs to the location's country. Null: no such form. */
export function e164(phone: string, country: string): string | null {
  const defaultCountry = getCountries(metadata).find((code) => code === country.toUpperCase());
  const parsed = parsePhoneNumberFromString(phone, defaultCountry ? { defaultCountry } : {}, metadata);
  return parsed?.isPossible() ? parsed.number : null;
}
