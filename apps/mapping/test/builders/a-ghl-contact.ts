/** A contact as GoHighLevel gives it; the same person as the Clio contact of the builders, unless said otherwise. */
export const aGhlContact = (id: string, fields: Record<string, unknown> = {}) => ({
  id,
  locationId: 'loc-1',
  firstName: 'Clara',
  lastName: 'Hughes',
  companyName: null,
  email: 'clara@hughes.example',
  phone: '+14155550101',
  dateOfBirth: null,
  address1: null,
  city: null,
  state: null,
  postalCode: null,
  ...fields,
});
