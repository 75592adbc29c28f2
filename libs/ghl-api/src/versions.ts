/** Every version of the API answers here. */
export const ghlApiOrigin = 'https://services.leadconnectorhq.com';

/** The groups of endpoints that HighLevel versions together. */
export const ghlFamilies = ['contacts', 'opportunities', 'locations', 'users', 'oauth'] as const;
export type GhlFamily = (typeof ghlFamilies)[number];

export const ghlVersionHeader = 'Version';

/** The `Version` header of each family: the one place where we choose it. */
export const ghlVersionOf: Readonly<Record<GhlFamily, string>> = {
  contacts: '2021-07-28',
  opportunities: '2021-07-28',
  locations: '2021-07-28',
  users: '2021-07-28',
  oauth: '2021-07-28',
};

/** Values HighLevel accepts on established paths; any other is answered with 400 or 401. */
export const ghlPublishedVersions = ['2021-04-15', '2021-07-28', '2023-02-21', 'v3'] as const;
