import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { isAppError, messageOf } from '@firmbridge/contracts';
import { onSignal } from '@firmbridge/service';
import amqplib from 'amqplib';
import { z } from 'zod';
import { DataDir } from './data-dir.js';
import { Demo } from './demo.js';
import { environmentOf, sandboxClioApp, type PlatformSettings } from './environment.js';
import { followRun } from './follow-run.js';
import { readOptions, type StandaloneOptions } from './options.js';
import { prepare } from './platform.js';
import { createRunView, runTable } from './run-view.js';
import { ServiceProcesses } from './service-processes.js';
import { services } from './services.js';

const home = path.resolve(import.meta.dirname, '../../..');
const apps = path.join(home, 'apps');

/** Set once somebody has asked for the stop: what that interrupts is no error. */
const stop = { hasBegun: false };

async function start(options: StandaloneOptions): Promise<void> {
  const dir = DataDir.claim(path.join(options.dataDir, 'services'));
  const logDir = dir.file('logs');
  mkdirSync(logDir, { recursive: true, mode: 0o700 });
  const processes = new ServiceProcesses(logDir, (name, code) => {
    console.error(`${name} ended by itself (exit ${code}); its log is in ${logDir}. The others go on.`);
  });
  onSignal(async () => {
    stop.hasBegun = true;
    await processes.stop();
    dir.release();
  });
  const names = ['sandbox', ...services.map(({ name }) => name)];
  const ports = await dir.ports(names);
  const urlOf = (name: string) => `http://127.0.0.1:${ports[name]}`;
  const sandboxUrl = urlOf('sandbox');
  await startSandbox(processes, dir, options, sandboxUrl);
  const settings: PlatformSettings = {
    addresses: {
      databaseUrl: options.databaseUrl ?? 'postgresql://postgres@127.0.0.1:5432/postgres',
      amqpUrl: options.amqpUrl ?? 'amqp://guest:guest@127.0.0.1:5672',
      authUrl: urlOf('auth'),
      gatewayUrl: urlOf('gateway'),
      sandboxUrl,
      clioSyncUrl: urlOf('clio-sync'),
      ghlSyncUrl: urlOf('ghl-sync'),
    },
    namespaces: options.namespaces,
    apps: { clio: sandboxClioApp, ghl: await ghlAppOf(sandboxUrl) },
    vaultKeys: dir.vaultKeys(),
    startupToken: randomBytes(18).toString('base64url'),
    logLevel: options.logLevel,
    requestsPerMinute: options.requestsPerMinute,
    pollIntervalSeconds: 60,
  };
  await deliverTo(sandboxUrl, `${urlOf('ghl-sync')}/webhooks/ghl`);
  await prepare(amqplib.connect, settings);
  for (const { name } of services) {
    await processes.start({
      name,
      entry: path.join(apps, name, 'dist/main.js'),
      args: [],
      env: { ...environmentOf(name, settings), PORT: String(ports[name]) },
      readyUrl: `${urlOf(name)}/readyz`,
    });
    console.log(`${name.padEnd(12)} ${urlOf(name)}`);
  }
  await show(settings);
}

async function startSandbox(
  processes: ServiceProcesses,
  dir: DataDir,
  options: StandaloneOptions,
  sandboxUrl: string,
): Promise<void> {
  await processes.start({
    name: 'sandbox',
    entry: path.join(apps, 'sandbox/dist/main.js'),
    args: [
      ...['--seed', options.seed, '--matters', String(options.matters), '--port', new URL(sandboxUrl).port],
      ...['--state-file', dir.file('sandbox.jsonl'), '--auto-approve'],
      ...['--requests-per-minute', String(options.sandboxRequestsPerMinute ?? 'off')],
    ],
    env: {},
    readyUrl: `${sandboxUrl}/control/clock`,
  });
  console.log(`sandbox      ${sandboxUrl}`);
}

const ghlFacts = z.object({ clientId: z.string(), clientSecret: z.string(), webhookPublicKey: z.string() });

/** The sandbox's GHL application has keys of its own making. */
async function ghlAppOf(sandboxUrl: string): Promise<z.output<typeof ghlFacts>> {
  const answer = await fetch(`${sandboxUrl}/control/ghl/facts`);
  return ghlFacts.parse(await answer.json());
}

/** As the portal is told where the app's webhooks go. */
async function deliverTo(sandboxUrl: string, defaultUrl: string): Promise<void> {
  await fetch(`${sandboxUrl}/control/ghl/webhooks/endpoints`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ defaultUrl }),
  });
}

async function show(settings: PlatformSettings): Promise<void> {
  const demo = new Demo({
    connect: amqplib.connect,
    url: settings.addresses.amqpUrl,
    namespace: settings.namespaces.amqp,
  });
  await demo.open();
  const clio = await demo.connect('clio');
  await demo.pair(clio, await demo.connect('ghl'));
  console.log(runTable(await followRun(demo, clio.connectionId, createRunView(process.stdout.isTTY))));
  await demo.close();
  console.log(`Dashboard: ${settings.addresses.gatewayUrl}/?token=${settings.startupToken}`);
  console.log('Syncing goes on; press Ctrl-C to stop.');
}

try {
  await start(readOptions(process.argv.slice(2), process.env, home));
} catch (error) {
  if (!stop.hasBegun) {
    console.error(isAppError(error) ? error.message : `The services cannot start: ${messageOf(error)}`);
    process.exit(1);
  }
}
