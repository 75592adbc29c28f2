import { createServer } from 'node:net';

/** The wanted port if it is free on loopback, else null. */
export function portIfFree(port: number): Promise<number | null> {
  return listenOn(port);
}

/** A port that is free on loopback now. */
export async function anyFreePort(): Promise<number> {
  const port = await listenOn(0);
  if (port === null) throw new Error('No port is free on 127.0.0.1.');
  return port;
}

function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : null));
    });
  });
}
