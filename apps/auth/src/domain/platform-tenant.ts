/** Under this id stands what belongs to the installation and to no firm. */
export const platformTenantId = '00000000-0000-0000-0000-000000000000';
