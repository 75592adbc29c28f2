export { eventually, type EventuallyOptions } from './eventually.js';
export { fakeClock, type FakeClock } from './fake-clock.js';
export { seededRandom } from './seeded-random.js';
export { createTestDatabase, testDatabaseNamespace, type TestDatabase } from './test-database.js';
export { testAmqpUrl, testDatabaseUrl, testNamespace } from './test-servers.js';
export { WayToDatabase } from './way-to-database.js';
