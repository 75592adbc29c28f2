import type { Sheet } from './sheet.js';

type Body = Record<string, unknown>;

/** The sheet as Clio gives a contact. */
export function clioBody(id: number, { kind, first, last, company, email, phone, place, born }: Sheet): Body {
  const isPerson = kind === 'person';
  return {
    id,
    type: isPerson ? 'Person' : 'Company',
    name: isPerson ? [first, last].filter((part) => part !== null).join(' ') : company,
    first_name: isPerson ? first : null,
    last_name: isPerson ? last : null,
    date_of_birth: born,
    company: isPerson && company !== null ? { id: 900_000_000 + hashOf(company), name: company } : null,
    email_addresses: email === null ? [] : [{ id, name: 'Work', address: email, primary: true }],
    phone_numbers: phone === null ? [] : [{ id, name: 'Work', number: phone, primary: true }],
    addresses:
      place === null
        ? []
        : [
            {
              id,
              name: 'Home',
              street: place.street,
              city: place.city,
              province: place.state,
              postal_code: place.zip,
              country: 'US',
              primary: true,
            },
          ],
  };
}

/** The sheet as GoHighLevel gives a contact: one address, one phone, one e-mail. */
export function ghlBody(id: string, { first, last, company, email, phone, place, born }: Sheet): Body {
  return {
    id,
    firstName: first,
    lastName: last,
    companyName: company,
    email: email?.toLowerCase() ?? null,
    phone,
    dateOfBirth: born === null ? null : `${born}T00:00:00.000Z`,
    address1: place?.street ?? null,
    city: place?.city ?? null,
    state: place?.state ?? null,
    postalCode: place?.zip ?? null,
    country: 'US',
  };
}

function hashOf(text: string): number {
  return [...text].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9_000_000, 7);
}
