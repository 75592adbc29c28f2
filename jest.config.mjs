import { readdirSync } from 'node:fs';

const packages = (kind) => readdirSync(new URL(kind, import.meta.url)).join('|');

const shared = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/tools/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest-global-teardown.mjs',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/examples'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: true }] },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    [`^@firmbridge/(${packages('libs')})$`]: '<rootDir>/libs/$1/src/index.ts',
    [`^@firmbridge/(${packages('libs')})/([a-z-]+)$`]: '<rootDir>/libs/$1/src/$2/index.ts',
    [`^@firmbridge/(${packages('apps')})$`]: '<rootDir>/apps/$1/src/index.ts',
  },
};
const besideTheCode = '/src/.*\\.spec\\.ts$';

export default {
  testTimeout: 30_000,
  maxWorkers: 2,
  // The modules of each suite stay in its worker's memory: one worker for all of them ends at the heap limit.
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...shared,
      displayName: 'services',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, besideTheCode],
      setupFiles: ['<rootDir>/tools/jest-setup.mjs'],
    },
    // Nest is loaded anew for each suite, which costs more than these suites themselves.
    { ...shared, displayName: 'rules', testRegex: [besideTheCode] },
  ],
};
