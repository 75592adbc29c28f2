import type { IncomingMessage } from 'node:http';

export type RawBody = Buffer | 'too-large' | 'broken-off';

/** The bytes as they were sent; not more of them than the limit are kept. */
export function readRawBody(request: IncomingMessage, limitBytes: number): Promise<RawBody> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.resolve('too-large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) resolve('too-large');
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => resolve('broken-off'));
    request.once('close', () => resolve('broken-off'));
  });
}
