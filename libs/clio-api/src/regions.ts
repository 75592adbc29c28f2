/** Clio's separate installations: an app, its keys and its tokens belong to exactly one. */
export const clioRegions = {
  us: { apiOrigin: 'https://app.clio.com', authOrigin: 'https://app.clio.com' },
  eu: { apiOrigin: 'https://eu.app.clio.com', authOrigin: 'https://eu.app.clio.com' },
  ca: { apiOrigin: 'https://ca.app.clio.com', authOrigin: 'https://ca.app.clio.com' },
  au: { apiOrigin: 'https://au.app.clio.com', authOrigin: 'https://au.app.clio.com' },
} as const;
export type ClioRegion = keyof typeof clioRegions;

/** Paths of the catalogue follow this one, on the API origin. */
export const clioApiPath = '/api/v4';
export const clioOauthPaths = {
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  deauthorize: '/oauth/deauthorize',
} as const;
/** The minor version that every record schema here was written for; a retired one answers 410. */
export const clioApiVersion = '4.0.13';
