// `npm test`: all suites on what is reachable, one after the other what needs the CPU; the last lines say what was used and what was skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(path.join(tmpdir(), 'firmbridge-test-'));
const resultFile = path.join(scratch, 'result.json');
const serversFile = path.join(root, 'node_modules/.cache/firmbridge/test-servers.json');
rmSync(serversFile, { force: true });

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    path.join(root, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${resultFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
const result = read(resultFile);
const used = read(serversFile);
rmSync(scratch, { recursive: true, force: true });

if (used) {
  console.log(`\nDatabase: ${used.database}`);
  console.log(`Broker:   ${used.broker}`);
}
if (!result) {
  console.log('The test runner ended without a result.');
  process.exit(1);
}
const skipped = result.testResults
  .flatMap((suite) => suite.assertionResults)
  .filter((test) => test.status === 'pending');
const reasons = new Map();
for (const test of skipped) {
  const reason = test.ancestorTitles[0] ?? test.title;
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}
for (const [reason, count] of reasons) console.log(`Skipped:  ${reason} (${count})`);
const brokenSuites = result.numRuntimeErrorTestSuites;
if (brokenSuites > 0) console.log(`${brokenSuites} suite(s) could not run.`);
console.log(
  `${result.numPassedTests} passed, ${result.numFailedTests + brokenSuites} failed, ${result.numPendingTests} skipped`,
);
process.exit(status ?? 1);
