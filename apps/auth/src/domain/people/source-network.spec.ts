import { sourceNetwork } from './source-network.js';

describe('the network of a source address', () => {
  it.each([
    ['203.0.113.24', '203.0.113.24'],
    ['::ffff:203.0.113.24', '203.0.113.24'],
    ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:0DB8:0000:0007:aaaa:bbbb:cccc:dddd', '2001:db8:0:7::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::203.0.113.24', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    [' somewhere ', 'somewhere'],
  ])('of %s is %s', (address, network) => {
    expect(sourceNetwork(address)).toBe(network);
  });
});
