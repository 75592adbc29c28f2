import { isReturnAllowed } from './return-address.js';

const origins = ['https://firmbridge.example'];

describe('the address to return to', () => {
  it('may be any page of an allowed origin', () => {
    expect(isReturnAllowed('https://firmbridge.example/connections?x=1', origins)).toBe(true);
  });

  it.each([
    'https://firmbridge.example.evil.example/',
    'https://evil.example/?https://firmbridge.example',
    'http://firmbridge.example/',
    'https://firmbridge.example:8443/',
    'https://firmbridge.example@evil.example/',
    'https://someone@firmbridge.example/',
    'javascript:alert(1)//https://firmbridge.example',
  ])('refuses %s', (address) => {
    expect(isReturnAllowed(address, origins)).toBe(false);
  });
});
