import { isAppError, messageOf } from '@firmbridge/contracts';
import { onSignal } from '@firmbridge/service';
import { readFaultOptions } from './fault-options.js';
import type { Installation } from './installation.js';
import { reportLine, reportTable } from './report.js';
import { syncFaults } from './sync-faults.js';
import { areMet } from './verdict.js';

const made = new Set<Installation>();

async function removeAll(): Promise<void> {
  for (const installation of made) await installation.remove();
  made.clear();
}

async function main(): Promise<void> {
  const options = readFaultOptions(process.argv.slice(2), process.env);
  onSignal(removeAll);
  if (options.sabotage) console.log(`Sabotaged by ${options.sabotage}: something required must be missed.`);
  const verdicts = await syncFaults({
    options,
    env: process.env,
    tell: (line) => console.log(line),
    made,
  });
  console.log(reportTable(verdicts));
  console.log(reportLine(options.area, verdicts));
  process.exitCode = areMet(verdicts) ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error(isAppError(error) ? error.message : messageOf(error));
  process.exitCode = 1;
} finally {
  await removeAll();
}
