import { z } from 'zod';
import { peopleConfig, peopleEnvironment } from './people-config.js';

const environment = z.object(peopleEnvironment);

describe('the configuration about people', () => {
  it('ends sessions after eight hours without use, and after a week', () => {
    expect(peopleConfig(environment.parse({})).sessions).toEqual({ idleMs: 8 * 3_600_000, longestMs: 168 * 3_600_000 });
  });

  it('takes more work for a password and never less than is thought safe', () => {
    const { cost } = peopleConfig(environment.parse({ PASSWORD_HASH_MEMORY_KIB: '65536' })).passwords;
    expect(cost).toEqual({ memory: 65_536, passes: 2, parallelism: 1 });
    expect(environment.safeParse({ PASSWORD_HASH_MEMORY_KIB: '8192' }).success).toBe(false);
    expect(environment.safeParse({ PASSWORD_HASH_PASSES: '1' }).success).toBe(false);
  });
});
