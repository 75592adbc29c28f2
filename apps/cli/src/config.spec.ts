import { readConfig } from './config.js';

it('takes the printed address of the dashboard, token and all', () => {
  const env = { FIRMBRIDGE_URL: 'http://127.0.0.1:41233/?token=abc-_1' };
  expect(readConfig(env)).toEqual({ url: 'http://127.0.0.1:41233', token: 'abc-_1' });
});

it('prefers the token that is given by itself', () => {
  const env = { FIRMBRIDGE_URL: 'http://127.0.0.1:41233/?token=old', FIRMBRIDGE_TOKEN: 'new' };
  expect(readConfig(env).token).toBe('new');
});

it('looks where Compose puts the gateway when no address is given', () => {
  expect(readConfig({ FIRMBRIDGE_URL: '', FIRMBRIDGE_TOKEN: 'abc' }).url).toBe('http://127.0.0.1:3000');
});

it('never shows a value', () => {
  expect(() => readConfig({ FIRMBRIDGE_URL: 'http//secret', FIRMBRIDGE_TOKEN: 'abc' })).toThrow(
    /^FIRMBRIDGE_URL must be an http:\/\/ or https:\/\/ address\.$/,
  );
});
