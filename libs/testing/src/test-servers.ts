import { randomBytes } from 'node:crypto';

/** Superuser URL of the PostgreSQL that the test run uses; the run's global set-up always provides one. */
export function testDatabaseUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url)
    throw new Error(
      'TEST_DATABASE_URL is not set: run the tests through Jest, whose global set-up provides PostgreSQL.',
    );
  return url;
}

/** URL of the RabbitMQ that the test run found, or null: suites that need one are skipped then. */
export function testAmqpUrl(): string | null {
  return process.env['TEST_AMQP_URL'] || null;
}

/** A namespace no other suite uses, good for exchanges, queues and roles. */
export function testNamespace(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}
