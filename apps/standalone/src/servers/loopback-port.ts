import { createServer } from 'node:net';

const lowest = 15_000;
const highest = 30_000;
const attempts = 100;

/**
 * A port that is free on loopback now, from below the range in which the system picks ports for outgoing connections: a
 * server that is away for a moment must find its port free when it comes back.
 */
export async function freeServerPort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error(`No port between ${lowest} and ${highest} is free on 127.0.0.1.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
