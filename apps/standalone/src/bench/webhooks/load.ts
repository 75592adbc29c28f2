import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export interface Load {
  readonly url: string;
  readonly secret: string;
  readonly recordIds: readonly number[];
  readonly deliveries: number;
  readonly connections: number;
}

export interface LoadFigures {
  readonly seconds: number;
  readonly accepted: number;
  readonly refused: number;
  /** Milliseconds from sending to the answer, in rising order. */
  readonly latencies: readonly number[];
}

/** Posts signed deliveries, each with other bytes, from a thread of its own over a fixed number of connections. */
export function runLoad(load: Load): Promise<LoadFigures> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function deliverAll(load: Load): Promise<LoadFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const latencies: number[] = [];
  let accepted = 0;
  let sent = 0;
  const startedAt = performance.now();
  const strand = async () => {
    while (sent < load.deliveries) {
      const id = load.recordIds[sent % load.recordIds.length];
      sent += 1;
      const body = JSON.stringify({
        data: { id, etag: randomUUID(), updated_at: new Date().toISOString() },
        meta: { event: 'updated', webhook_id: 1 },
      });
      const from = performance.now();
      if ((await post(load, body, agent)) === 200) accepted += 1;
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, strand));
  agent.destroy();
  latencies.sort((a, b) => a - b);
  return { seconds: (performance.now() - startedAt) / 1000, accepted, refused: sent - accepted, latencies };
}

function post({ url, secret }: Load, body: string, agent: Agent): Promise<number> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'X-Hook-Signature': signature,
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sending.once('error', reject);
    sending.end(body);
  });
}

if (!isMainThread) parentPort?.postMessage(await deliverAll(workerData as Load));
