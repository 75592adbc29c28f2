import { readdirSync } from 'node:fs';

const packages = (kind) => readdirSync(new URL(kind, import.meta.url)).join('|');

export default {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/tools/jest-setup.mjs'],
  globalSetup: '<rootDir>/tools/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest-global-teardown.mjs',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: true }] },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    [`^@firmbridge/(${packages('libs')})$`]: '<rootDir>/libs/$1/src/index.ts',
    [`^@firmbridge/(${packages('apps')})$`]: '<rootDir>/apps/$1/src/index.ts',
  },
  testTimeout: 30_000,
};
