// `npm start`, `npm run services`, `npm run migrate`: brings the build up to date, then runs the asked-for entry with the given flags.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const entries = {
  standalone: 'main.js',
  services: 'services-main.js',
  migrate: 'migrate-main.js',
  topology: 'topology-main.js',
  faults: 'faults/faults-main.js',
  'bench-sync': 'bench/bench-sync-main.js',
  'bench-messaging': 'bench/bench-messaging-main.js',
  'bench-limits': 'bench/bench-limits-main.js',
  'bench-matching': 'bench/bench-matching-main.js',
  'bench-webhooks': 'bench/bench-webhooks-main.js',
  'bench-two-way': 'bench/bench-two-way-main.js',
  cli: '../../cli/dist/main.js',
};
const [name, ...flags] = process.argv.slice(2);
const entry = entries[name];
if (!entry) {
  console.error(`Usage: run.mjs ${Object.keys(entries).join('|')}`);
  process.exit(1);
}

const build = spawnSync('npm', ['run', '--silent', 'build'], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, NX_NO_CLOUD: 'true' },
});
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}The build failed; see above.\n`);
  process.exit(1);
}

const child = spawn(process.execPath, [path.join(root, 'apps/standalone/dist', entry), ...flags], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
