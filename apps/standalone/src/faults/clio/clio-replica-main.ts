import crypto from 'node:crypto';
import { flushCompileCache, syncBuiltinESMExports } from 'node:module';
import { clioSync } from '@firmbridge/clio-sync';
import { messageOf } from '@firmbridge/contracts';
import { onSignal, startService } from '@firmbridge/service';
import { ProcessWatch } from '../process-watch.js';
import { settingsVariable } from '../replica.js';
import { rewritten } from '../rewriting.js';
import { callMomentsSeen } from './call-moments.js';
import { clioRewritings, storedAfterCheckpoint } from './clio-parts.js';
import { clioOrder, clioReplicaSettings, type ClioReport } from './clio-protocol.js';

/** clio-sync as it is, in a process that can be told to die amid a call. */
const { sabotage, work } = clioReplicaSettings.parse(JSON.parse(process.env[settingsVariable] ?? 'null'));
const watch = new ProcessWatch(callMomentsSeen[work], (sql) => {
  if (sabotage === null) return sql;
  if (sabotage === 'checkpoint-before-store' && watch.isToDieAt('after-store'))
    return rewritten(sql, storedAfterCheckpoint);
  return rewritten(sql, clioRewritings[sabotage]);
});
watch.start();
if (sabotage === 'believe-any-signature') {
  Object.assign(crypto, { timingSafeEqual: () => true });
  syncBuiltinESMExports();
}
process.once('disconnect', () => process.exit(1));
process.on('message', (message) => {
  const order = clioOrder.parse(message);
  watch.obey(order.kind === 'die' ? order : null);
});

function tell(report: ClioReport): void {
  process.send?.(report);
}

try {
  const service = await startService(clioSync, { env: process.env });
  onSignal(() => service.stop());
  flushCompileCache();
  tell({ kind: 'ready' });
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}
