/** What our app asks for; editable in the portal only while the app version is a draft. */
export const ghlScopes = [
  'contacts.readonly',
  'contacts.write',
  'opportunities.readonly',
  'opportunities.write',
  'locations.readonly',
  'locations/customFields.readonly',
  'locations/customFields.write',
  'locations/customValues.readonly',
  'locations/tags.readonly',
  'locations/tags.write',
  'locations/tasks.readonly',
  'users.readonly',
] as const;

/** Needed besides when an agency installs the app and we exchange its token for those of its locations. */
export const ghlAgencyScopes = ['oauth.readonly', 'oauth.write'] as const;

export type GhlScope = (typeof ghlScopes)[number] | (typeof ghlAgencyScopes)[number];
