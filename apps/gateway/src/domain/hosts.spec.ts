import { hostInUrl, isLoopback, isOurHost } from './hosts.js';

it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('takes %s for loopback', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.example.com', '127.0.0.1.example.com', ''])(
  'does not take %s for loopback',
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);

it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST', 'desk.example.com'])('knows %s', (header) => {
  expect(isOurHost(header, ['desk.example.com'])).toBe(true);
});

it.each([undefined, '', 'evil.example', '127.0.0.1.nip.io', 'localhost@evil.example', 'localhost/evil', 'a b'])(
  'refuses the Host header %s',
  (header) => {
    expect(isOurHost(header, [])).toBe(false);
  },
);

it('writes IPv6 in brackets', () => {
  expect(['::1', '127.0.0.1'].map(hostInUrl)).toEqual(['[::1]', '127.0.0.1']);
});
