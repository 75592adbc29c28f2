import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { isAppError, messageOf, type Run } from '@firmbridge/contracts';
import { createSandbox } from '@firmbridge/sandbox';
import { onSignal } from '@firmbridge/service';
import { DataDir } from './data-dir.js';
import { Demo } from './demo.js';
import { sandboxClioApp, type PlatformSettings } from './environment.js';
import { followRun } from './follow-run.js';
import { readOptions, type StandaloneOptions } from './options.js';
import { prepare, startPlatform } from './platform.js';
import { createRunView, runTable } from './run-view.js';
import { openStores } from './stores.js';

const home = path.resolve(import.meta.dirname, '../../..');

/** What cannot be closed in order after a failure is left to the end of the process. */
const closeDeadlineMs = 20_000;

/** Whatever was opened, closed in the opposite order, once. */
class Closing {
  private readonly steps: (() => Promise<void> | void)[] = [];
  private closing: Promise<void> | null = null;

  get hasBegun(): boolean {
    return this.closing !== null;
  }

  add(step: () => Promise<void> | void): void {
    this.steps.push(step);
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    for (let step = this.steps.pop(); step; step = this.steps.pop()) await step();
  }
}

async function start(options: StandaloneOptions, closing: Closing): Promise<number> {
  const dir = DataDir.claim(options.dataDir);
  closing.add(() => dir.release());
  const ports = await dir.ports(['sandbox', 'auth', 'gateway', 'clio-sync', 'ghl-sync']);
  const stores = await openStores(dir, options);
  closing.add(() => stores.close());
  stores.onLost(() => {
    console.error('The embedded PostgreSQL has ended by itself. Start Firmbridge again: it goes on where it was.');
    process.exit(1);
  });
  const sandbox = await createSandbox({
    seed: options.seed,
    matters: options.matters,
    host: '127.0.0.1',
    port: ports.sandbox,
    stateFile: dir.file('sandbox.jsonl'),
    clio: { switches: { autoApprove: true, requestsPerMinute: options.sandboxRequestsPerMinute } },
    ghl: { switches: { autoApprove: 'location' } },
  });
  closing.add(() => sandbox.stop());
  const settings: PlatformSettings = {
    addresses: {
      databaseUrl: stores.databaseUrl,
      amqpUrl: stores.amqpUrl,
      authUrl: `http://127.0.0.1:${ports.auth}`,
      gatewayUrl: `http://127.0.0.1:${ports.gateway}`,
      sandboxUrl: sandbox.url,
      clioSyncUrl: `http://127.0.0.1:${ports['clio-sync']}`,
      ghlSyncUrl: `http://127.0.0.1:${ports['ghl-sync']}`,
    },
    namespaces: options.namespaces,
    apps: { clio: sandboxClioApp, ghl: sandbox.control.ghl.facts() },
    vaultKeys: dir.vaultKeys(),
    startupToken: randomBytes(18).toString('base64url'),
    logLevel: options.logLevel,
    requestsPerMinute: options.requestsPerMinute,
    pollIntervalSeconds: 60,
  };
  sandbox.control.ghl.setWebhookEndpoints({ defaultUrl: `${settings.addresses.ghlSyncUrl}/webhooks/ghl` });
  await prepare(stores.connect, settings);
  const log = createWriteStream(dir.file('firmbridge.log'), { flags: 'a', mode: 0o600 });
  closing.add(() => new Promise<void>((resolve) => log.end(resolve)));
  const platform = await startPlatform(stores.connect, settings, { logTo: log });
  closing.add(() => platform.stop());
  console.log(`Firmbridge runs on ${stores.description}; its data is in ${dir.path}.`);
  const demo = new Demo({ connect: stores.connect, url: stores.amqpUrl, namespace: options.namespaces.amqp });
  closing.add(() => demo.close());
  await demo.open();
  return syncOnce(demo, settings);
}

async function syncOnce(demo: Demo, settings: PlatformSettings): Promise<number> {
  const clio = await demo.connect('clio');
  const ghl = await demo.connect('ghl');
  await demo.pair(clio, ghl);
  const dashboard = `${settings.addresses.gatewayUrl}/?token=${settings.startupToken}`;
  console.log(`Connected to ${clio.accountName} (Clio, ${clio.region}) and ${ghl.accountName} (GoHighLevel).`);
  console.log(`Watch it live: ${dashboard}`);
  const run = await followRun(demo, clio.connectionId, createRunView(process.stdout.isTTY));
  console.log(runTable(run));
  tellFailures(run);
  console.log(`Dashboard: ${dashboard}`);
  return run.resources.every(({ state }) => state === 'completed') ? 0 : 1;
}

function tellFailures(run: Run): void {
  for (const { resource, reason } of run.resources.filter(({ state }) => state !== 'completed')) {
    console.error(`${resource} did not complete: ${reason ?? 'no reason was recorded'}`);
  }
}

async function main(): Promise<void> {
  const closing = new Closing();
  try {
    const options = readOptions(process.argv.slice(2), process.env, home);
    onSignal(() => closing.close());
    const status = await start(options, closing);
    if (!options.once) {
      console.log('Syncing goes on; press Ctrl-C to stop.');
      return;
    }
    await closing.close();
    process.exit(status);
  } catch (error) {
    // Whatever a stop interrupts fails; whoever asked for the stop need not hear of it.
    if (closing.hasBegun) return;
    console.error(isAppError(error) ? error.message : `Firmbridge cannot start: ${messageOf(error)}`);
    setTimeout(() => process.exit(1), closeDeadlineMs).unref();
    await closing.close();
    process.exit(1);
  }
}

await main();
