import { causeOf, fingerprintOf } from './cause.js';

describe('the cause of a failure', () => {
  it.each([
    ['There is no connection 0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001.', 'There is no connection <id>.'],
    ['The body has 10.0 MiB; at most 4.0 MiB are read.', 'The body has <n> MiB; at most <n> MiB are read.'],
    ['No contract has the type firmbridge.a.b.v1.', 'No contract has the type firmbridge.a.b.v1.'],
    [
      'The data breaks a.v2 at records.17.revision (invalid_type).',
      'The data breaks a.v2 at records.<n>.revision (invalid_type).',
    ],
    [`It says "it's 5" and 'two', not \`three\`.`, 'It says <value> and <value>, not <value>.'],
    ["The firm's letter isn't there.", "The firm's letter isn't there."],
    ['Not before 2026-01-15T10:00:00.123Z or 2026-01-15 10:00.', 'Not before <time> or <time>.'],
    ['Hash d41d8cd98f00b204e9800998ecf8427e differs.', 'Hash <id> differs.'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED <n>:<n>'],
    ['line -3, 1,234 of 5', 'line <n>, <n> of <n>'],
  ])('is without what differs from letter to letter: %s', (message, cause) => {
    expect(causeOf(message)).toBe(cause);
  });

  it('has the same fingerprint only in the same queue, for the same type and code', () => {
    const kind = { queue: 'a.b', type: 't', errorCode: 'x.y', cause: 'Gone.' };
    const others = [{ queue: 'a.c' }, { type: null }, { errorCode: 'x.z' }, { cause: 'Away.' }];
    const fingerprints = [kind, ...others.map((other) => ({ ...kind, ...other }))].map(fingerprintOf);
    expect(new Set(fingerprints).size).toBe(5);
    expect(fingerprintOf({ ...kind })).toBe(fingerprints[0]);
    expect(fingerprints[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is found in reasonable time in a sentence that was made to be hard', () => {
    const startedAt = performance.now();
    for (const hard of ['1,'.repeat(300), "'".repeat(600), '"a'.repeat(300), 'f0'.repeat(300)]) causeOf(hard);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
