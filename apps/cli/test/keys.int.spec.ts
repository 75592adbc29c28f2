import { authMessages, AppError } from '@firmbridge/contracts';
import { openLocalBroker, TestGateway, type TestBroker } from '../../gateway/test/gateway-harness.js';
import { against } from './cli-harness.js';

let broker: TestBroker;
let gateway: TestGateway;

beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker);
  await gateway.start('auth');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
}, 60_000);
beforeEach(() => gateway.platform.reset());

const firmbridge = (line: string, ...more: string[]) => against(gateway)(line, ...more);
const steps = () =>
  gateway.platform.of<{ keyId: string | null }>(authMessages.rotateKeys).map(({ data }) => data.keyId);

describe('firmbridge keys rotate', () => {
  it('goes step by step until nothing is left, and shows how far it is', async () => {
    Object.assign(gateway.platform, { keysToRewrap: 2_500 });
    const { exitCode, printed, told } = await firmbridge('keys rotate');
    expect([exitCode, printed]).toEqual([
      0,
      'auth: 2,500 data keys wrapped anew; all are wrapped with "2026-11". Older keys can leave VAULT_KEYS.',
    ]);
    expect(told).toContain('1,000 of 2,500 data keys (40 %)');
    expect(steps()).toEqual([null, '2026-11', '2026-11', '2026-11']);
  });

  it('has nothing to do a second time', async () => {
    expect((await firmbridge('keys rotate')).printed).toContain('nothing was left to do');
    expect(steps()).toEqual([null]);
  });

  it('only tells how things stand when asked to', async () => {
    gateway.platform.keysToRewrap = 3;
    expect((await firmbridge('keys rotate --status')).printed).toContain('3 data keys still need an older one');
    const { exitCode, json } = await firmbridge('keys rotate --status --json');
    expect(exitCode).toBe(0);
    expect(json()).toEqual([{ service: 'auth', currentKeyId: '2026-11', rewrapped: 0, left: 3 }]);
    expect(gateway.platform.keysToRewrap).toBe(3);
  });

  it('ends instead of going round when keys cannot be wrapped anew', async () => {
    Object.assign(gateway.platform, { keysToRewrap: 3, largestStep: 0 });
    const { exitCode, told } = await firmbridge('keys rotate');
    expect([exitCode, told]).toEqual([1, expect.stringContaining('must stand in VAULT_KEYS')]);
  });

  it('says what to do where replicas do not agree about the key', async () => {
    gateway.platform.refusal = new AppError(
      'conflict',
      'vault.another_current_key',
      'Give all replicas the same keys.',
    );
    const { exitCode, told } = await firmbridge('keys rotate');
    expect([exitCode, told]).toEqual([1, expect.stringContaining('Give all replicas the same keys.')]);
  });
});
