import type { DataOf, EntityState, FieldChange, syncMessages } from '@firmbridge/contracts';

export type GhlContactFields = DataOf<typeof syncMessages.upsertGhlContact>['fields'];

const carriedFields: ReadonlySet<string> = new Set<keyof EntityState<'contact'>>([
  'kind',
  'name',
  'firstName',
  'lastName',
  'dateOfBirth',
  'company',
  'emails',
  'phones',
  'addresses',
]);

/** Whether any of these changes would be seen in GHL. */
export function concernsGhl(changes: readonly FieldChange[]): boolean {
  return changes.some(({ field }) => carriedFields.has(field));
}

const preferred = <Item extends { primary: boolean }>(items: readonly Item[]): Item | undefined =>
  items.find(({ primary }) => primary) ?? items[0];

/** A GHL contact holds one e-mail, one phone and one address: the primary ones, else the first. */
export function ghlContactFields(contact: EntityState<'contact'>, companyName: string | null): GhlContactFields {
  const phone = preferred(contact.phones);
  const address = preferred(contact.addresses);
  return {
    firstName: contact.firstName,
    lastName: contact.lastName,
    companyName: contact.kind === 'company' ? contact.name : companyName,
    email: preferred(contact.emails)?.address ?? null,
    phone: phone?.e164 ?? phone?.number ?? null,
    address1: address?.street ?? null,
    city: address?.city ?? null,
    state: address?.province ?? null,
    postalCode: address?.postalCode ?? null,
    dateOfBirth: contact.dateOfBirth,
  };
}
