import { eventually } from '@firmbridge/testing';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStream } from '../src/inbound/http/event-stream.js';
import { aProblem } from './builders/platform.js';
import { ReadStream } from './http.js';

const options = { heartbeatMs: 60_000, bufferBytes: 256 * 1024 };
let server: Server;
let stream: EventStream;

beforeEach(async () => {
  server = createServer((_request, response) => {
    stream = new EventStream(response, options);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.closeAllConnections());
afterEach(() => server.close());

const read = () => ReadStream.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
const problem = (n: number) => ({ ...aProblem({ message: `${n} ${'x'.repeat(64 * 1024)}` }), advice: '' });

it('drops a client that does not read, with a last word', async () => {
  const client = await read();
  client.response.pause();
  const sent = await eventually(
    () => {
      for (let n = 0; n < 50; n += 1) stream.send({ event: 'problem', data: problem(n) });
      return stream.isOver;
    },
    { intervalMs: 1 },
  );
  expect(sent).toBe(true);
  client.response.resume();
  await eventually(() => expect(client.events.at(-1)).toEqual({ event: 'end', data: { reason: 'slow' } }));
  await eventually(() => client.ended);
});

it('loses nothing for a client that is slow for a moment', async () => {
  const client = await read();
  client.response.pause();
  for (let n = 0; n < 3; n += 1) stream.send({ event: 'problem', data: problem(n) });
  client.response.resume();
  await eventually(() =>
    expect(client.of('problem').map(({ message }) => parseInt(String(message)))).toEqual([0, 1, 2]),
  );
  client.close();
});
