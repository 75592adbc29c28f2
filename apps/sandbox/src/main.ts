import { parseArgs } from 'node:util';
import { createSandbox } from './sandbox.js';

const { values } = parseArgs({
  options: {
    matters: { type: 'string', default: '50' },
    seed: { type: 'string', default: 'firmbridge' },
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    'state-file': { type: 'string' },
    'auto-approve': { type: 'boolean', default: false },
    'requests-per-minute': { type: 'string', default: '50' },
    'rate-window-seconds': { type: 'string', default: '60' },
    'small-firms': { type: 'string', default: '0' },
  },
});

// A sandbox that was started by another process ends with it, also when that one is gone before it has started.
if (process.send) {
  const end = () => process.kill(process.pid, 'SIGTERM');
  if (process.connected) process.once('disconnect', end);
  else end();
}

const limit = values['requests-per-minute'];
const sandbox = await createSandbox({
  matters: Number(values.matters),
  seed: values.seed,
  port: Number(values.port),
  host: values.host,
  stateFile: values['state-file'] ?? null,
  clio: {
    // The firm of --matters is the first one of each region.
    firms: [{}, ...Array.from({ length: Number(values['small-firms']) }, () => ({ matters: 3 }))],
    switches: {
      autoApprove: values['auto-approve'],
      requestsPerMinute: limit === 'off' ? null : Number(limit),
      rateWindowSeconds: Number(values['rate-window-seconds']),
    },
  },
  ghl: { switches: { autoApprove: values['auto-approve'] ? 'location' : 'off' } },
});

console.log(`Clio look-alikes  ${Object.values(sandbox.clioOrigins).join('  ')}`);
console.log(`GHL look-alike    ${sandbox.ghlOrigin}`);
console.log(`Control           ${sandbox.url}/control`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The channel to the process that started it would keep this one alive.
  process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
}
