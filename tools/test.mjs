// `npm test`: all suites on what is reachable, two at a time; the last lines say what was used, what was skipped and what is unsteady.
// With `--rerun-failed`, as CI calls it, suites that failed are run once more with the machine to themselves. What passes then is named
// as unsteady with its first failure: a broken build stops everybody, a slow neighbour need not.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const serversFile = path.join(root, 'node_modules/.cache/firmbridge/test-servers.json');
/** More than these are no accident. */
const mostRerun = 5;

const rerunFlag = '--rerun-failed';
const arguments_ = process.argv.slice(2).filter((each) => each !== rerunFlag);
const first = run(arguments_);
const isFailed = (suite) => suite.status === 'failed';
const failed = first.testResults.filter(isFailed);
const isRerun = process.argv.includes(rerunFlag) && failed.length > 0 && failed.length <= mostRerun;
const again = isRerun ? run(['--maxWorkers=1', '--runTestsByPath', ...failed.map(({ name }) => name)]) : null;
const suites = again
  ? [...first.testResults.filter((suite) => !isFailed(suite)), ...again.testResults]
  : first.testResults;

const used = read(serversFile);
if (used) {
  console.log(`\nDatabase: ${used.database}`);
  console.log(`Broker:   ${used.broker}`);
}
if (again) for (const line of unsteady(failed, again.testResults)) console.log(line);
const tests = suites.flatMap((suite) => suite.assertionResults);
const count = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length;
const reasons = Map.groupBy(
  tests.filter(({ status }) => status === 'pending'),
  ({ ancestorTitles, title }) => ancestorTitles[0] ?? title,
);
for (const [reason, { length }] of reasons) console.log(`Skipped:  ${reason} (${length})`);
const broken = suites.filter(
  (suite) => isFailed(suite) && !suite.assertionResults.some(({ status }) => status === 'failed'),
);
for (const { name } of broken) console.log(`Broken:   ${path.relative(root, name)} could not run.`);
const failures = count('failed') + broken.length;
console.log(`${count('passed')} passed, ${failures} failed, ${count('pending', 'todo')} skipped`);
process.exit((again ?? first).exitCode);

/** Runs Jest and reads what it found; ends here where it found nothing. */
function run(jestArguments) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'firmbridge-test-'));
  const resultFile = path.join(scratch, 'result.json');
  rmSync(serversFile, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      path.join(root, 'node_modules/jest/bin/jest.js'),
      '--json',
      `--outputFile=${resultFile}`,
      ...jestArguments,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const result = read(resultFile);
  rmSync(scratch, { recursive: true, force: true });
  if (!result) {
    console.log('The test runner ended without a result.');
    process.exit(1);
  }
  return { exitCode: status ?? 1, testResults: result.testResults };
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** A line for each test that failed at first and passed by itself, with how it failed. */
function unsteady(failedSuites, rerunSuites) {
  const stillFailing = new Set(rerunSuites.filter(isFailed).map(({ name }) => name));
  return failedSuites
    .filter(({ name }) => !stillFailing.has(name))
    .flatMap(({ name, message, assertionResults }) => {
      const tests = assertionResults.filter(({ status }) => status === 'failed');
      const told = tests.map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]?.split('\n')[0]}`);
      return (told.length > 0 ? told : [message.split('\n')[0]]).map(
        (how) => `Unsteady: ${path.relative(root, name)} passed by itself; at first: ${how}`,
      );
    });
}
