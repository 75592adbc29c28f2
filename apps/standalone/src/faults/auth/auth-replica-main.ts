import { argon2Sync } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { auth } from '@firmbridge/auth';
import { messageOf } from '@firmbridge/contracts';
import { onSignal, startService } from '@firmbridge/service';
import { ProcessWatch } from '../process-watch.js';
import { settingsVariable } from '../replica.js';
import { authOrder, authReplicaSettings, type AuthReport } from './auth-protocol.js';
import { sabotaged } from './auth-sabotage.js';
import { refreshMomentsSeen } from './refresh-moments.js';

/** The auth service as it is, in a process that can be told to die amid a refresh and that watches its event loop. */
const resolutionMs = 10;
const toMs = (nanoseconds: number) => Math.round(nanoseconds / 10_000) / 100;

const { sabotage } = authReplicaSettings.parse(JSON.parse(process.env[settingsVariable] ?? 'null'));
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
const watch = new ProcessWatch(refreshMomentsSeen, (sql) => {
  if (sabotage === 'hash-on-the-loop' && sql.includes('login_attempt')) hashHere();
  return sabotaged(sql, sabotage);
});
watch.start();
process.once('disconnect', () => process.exit(1));
process.on('message', (message) => {
  const order = authOrder.parse(message);
  if (order.kind === 'die') watch.obey(order);
  if (order.kind === 'live') watch.obey(null);
  if (order.kind === 'measure') {
    delay.reset();
    delay.enable();
  }
  if (order.kind === 'tell-delay') {
    const [p50Ms, p99Ms, maxMs] = [toMs(delay.percentile(50)), toMs(delay.percentile(99)), toMs(delay.max)];
    tell({ kind: 'delay', p50Ms, p99Ms, maxMs });
  }
});

function tell(report: AuthReport): void {
  process.send?.(report);
}

function hashHere(): void {
  argon2Sync('argon2id', {
    ...{ message: 'password', nonce: Buffer.alloc(16), tagLength: 32 },
    ...{ memory: 65_536, passes: 2, parallelism: 1 },
  });
}

try {
  const service = await startService(auth, { env: process.env });
  onSignal(() => service.stop());
  flushCompileCache();
  tell({ kind: 'ready' });
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}
