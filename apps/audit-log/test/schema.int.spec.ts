import { schemaDrift } from '@firmbridge/database';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import { auditLog } from '../src/index.js';

describe('the schema of audit-log', () => {
  let databases: TestDatabase;
  beforeAll(async () => {
    databases = await createTestDatabase({ services: [auditLog.schema!] });
  });
  afterAll(() => databases.drop());

  it('has tables that agree with the entities', async () => {
    expect(await schemaDrift(await databases.connect(auditLog.schema!))).toBe('');
  });
});
