import { isAppError, messageOf } from '@firmbridge/contracts';
import { onSignal } from '@firmbridge/service';
import { whyNoServers } from '../servers/own-servers.js';
import { authFaults } from './auth/auth-faults.js';
import { clioFaults } from './clio/clio-faults.js';
import { readFaultOptions, type FaultOptions, type SyncFaultOptions } from './fault-options.js';
import { messagingFaults } from './messaging/messaging-faults.js';
import { plainReportLine, reportLine, reportTable, skippedLine } from './report.js';
import { syncFaults } from './sync-faults.js';
import { areMet, brokenOff, type Verdict } from './verdict.js';

const made = new Set<{ remove(): Promise<void> }>();
const tell = (line: string) => console.log(line);

async function removeAll(): Promise<void> {
  for (const one of made) await one.remove();
  made.clear();
}

async function main(): Promise<void> {
  const options = readFaultOptions(process.argv.slice(2), process.env);
  onSignal(async () => {
    await removeAll();
    // A run that was broken off has shown nothing.
    process.exit(1);
  });
  if (options.sabotage) console.log(`Sabotaged by ${options.sabotage}: something required must be missed.`);
  const verdicts = options.area === 'sync' ? await runSync(options) : await runOnOwnServers(options);
  process.exitCode = verdicts === null || areMet(verdicts) ? 0 : 1;
}

async function runSync(options: SyncFaultOptions): Promise<Verdict[]> {
  const verdicts = await syncFaults({ options, env: process.env, tell, made });
  console.log(reportTable(verdicts));
  console.log(reportLine(options.area, verdicts));
  return verdicts;
}

/** null when it could not take place. */
async function runOnOwnServers(options: Exclude<FaultOptions, SyncFaultOptions>): Promise<Verdict[] | null> {
  const name = `faults-${options.area}`;
  const { env } = process;
  const reason = whyNoServers(env['PATH'] ?? '');
  if (reason !== null) {
    console.log(`Skipped, because it needs servers of its own. ${reason}`);
    console.log(skippedLine(name));
    return null;
  }
  let verdict = brokenOff(options.area);
  try {
    const common = { env, tell, made };
    if (options.area === 'auth') verdict = await authFaults({ options, ...common });
    else if (options.area === 'clio') verdict = await clioFaults({ options, ...common });
    else verdict = await messagingFaults({ options, ...common });
  } catch (error) {
    tell(`The run was broken off: ${messageOf(error)}`);
  }
  console.log(reportTable([verdict]));
  console.log(plainReportLine(name, verdict));
  return [verdict];
}

try {
  await main();
} catch (error) {
  console.error(isAppError(error) ? error.message : messageOf(error));
  process.exitCode = 1;
} finally {
  await removeAll();
}
