/** Direction, between projects and inside a service (architecture section 1). The rule names are the documentation. */
const inApp = (folder) => `^apps/([^/]+)/src/${folder}/`;
const forbid = (name, from, to) => ({ name, severity: 'error', from: { path: inApp(from) }, to: { path: inApp(to) } });
const tests = '(\\.spec\\.ts$|/test/)';
const pureLibs = '^libs/(contracts|clio-api|ghl-api)/src/';

export default {
  forbidden: [
    forbid('domain-is-pure', 'domain', '(application|inbound|outbound|persistence)'),
    {
      name: 'domain-knows-no-framework',
      severity: 'error',
      from: { path: inApp('domain'), pathNot: tests },
      to: { path: 'node_modules/(@nestjs|@mikro-orm|axios|pg|amqplib)/' },
    },
    forbid('persistence-is-a-leaf', 'persistence', '(application|inbound|outbound)'),
    forbid('outbound-is-a-leaf', 'outbound', '(application|inbound|persistence)'),
    forbid('application-knows-no-door', 'application', 'inbound'),
    forbid('inbound-goes-through-a-use-case', 'inbound', '(persistence|outbound)'),
    {
      name: 'no-app-imports-an-app',
      comment: 'Only standalone, which runs them all in one process, and tests of whole flows may.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: ['^apps/standalone/', tests] },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-know-no-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'contracts-and-apis-know-zod-only',
      severity: 'error',
      from: { path: pureLibs, pathNot: tests },
      to: { pathNot: ['^libs/[^/]+/src/', 'node_modules/zod/'] },
    },
    {
      name: 'contracts-and-apis-know-nothing-of-ours',
      severity: 'error',
      from: { path: '^libs/(contracts|clio-api|ghl-api)/src/', pathNot: tests },
      to: { path: '^libs/([^/]+)/', pathNot: '^libs/$1/' },
    },
    {
      name: 'src-knows-no-test-library',
      severity: 'error',
      from: { path: '/src/', pathNot: ['\\.spec\\.ts$', '^libs/testing/'] },
      to: { path: '^libs/testing/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/generated/|^apps/dashboard/)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@firmbridge/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js'],
    },
  },
};
