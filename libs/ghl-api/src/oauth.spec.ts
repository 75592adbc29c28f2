import { ghlAppIdOf, ghlAuthorizeUrl, isPrivateIntegrationToken } from './oauth.js';

const options = {
  clientId: '65f0c0ffee0000000000abcd-l0c4t10n',
  redirectUri: 'https://firm.example/callback',
  scopes: ['contacts.readonly', 'contacts.write'],
  state: 's1',
};

it('sends a person to the marketplace with everything the portal asks for', () => {
  const url = new URL(ghlAuthorizeUrl({ ...options, versionId: 'v1' }));
  expect(url.origin + url.pathname).toBe('https://marketplace.gohighlevel.com/v2/oauth/chooselocation');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    redirect_uri: 'https://firm.example/callback',
    client_id: options.clientId,
    scope: 'contacts.readonly contacts.write',
    state: 's1',
    version_id: 'v1',
  });
});

it('keeps the path of a marketplace that lives below one', () => {
  const url = new URL(ghlAuthorizeUrl({ ...options, marketplace: 'http://127.0.0.1:4000/ghl/' }));
  expect(url.origin + url.pathname).toBe('http://127.0.0.1:4000/ghl/v2/oauth/chooselocation');
});

it('tells the app id of webhooks from the client id', () => {
  expect(ghlAppIdOf(options.clientId)).toBe('65f0c0ffee0000000000abcd');
});

it('tells a private integration token by its look', () => {
  expect([isPrivateIntegrationToken('pit-1'), isPrivateIntegrationToken('eyJ.a.b')]).toEqual([true, false]);
});
