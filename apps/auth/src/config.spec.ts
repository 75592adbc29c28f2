import { authConfig } from './config.js';

const least = { PUBLIC_URL: 'https://firmbridge.example/', VAULT_KEYS: 'k1:key' };
const problemsOf = (env: Record<string, string>) =>
  authConfig.safeParse(env).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the configuration of auth', () => {
  it('reaches the real providers unless told otherwise, and has no secret by default', () => {
    const config = authConfig.parse(least);
    expect(config.clio.eu).toEqual({ origin: 'https://eu.app.clio.com', credentials: null });
    expect(config.ghl).toMatchObject({
      origin: 'https://services.leadconnectorhq.com',
      credentials: null,
      hasAgencyScopes: true,
    });
    expect(problemsOf({ PUBLIC_URL: least.PUBLIC_URL })).toEqual([expect.stringContaining('VAULT_KEYS')]);
  });

  it('sends people back to its own origin and the named ones', () => {
    const { publicUrl, returnOrigins } = authConfig.parse({
      ...least,
      RETURN_ORIGINS: 'https://a.example/x, http://b.example',
    });
    expect(publicUrl).toBe('https://firmbridge.example');
    expect(returnOrigins).toEqual(['https://firmbridge.example', 'https://a.example', 'http://b.example']);
  });

  it('names the missing half of an id and secret', () => {
    expect(problemsOf({ ...least, CLIO_CA_CLIENT_ID: 'id' })).toEqual([
      expect.stringMatching(/^CLIO_CA_CLIENT_SECRET: /),
    ]);
    expect(problemsOf({ ...least, GHL_CLIENT_SECRET: 'secret' })).toEqual([expect.stringMatching(/^GHL_CLIENT_ID: /)]);
  });
});
