import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer without a body; nothing when somebody has answered already or is gone. */
export function endResponse(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, 'Content-Length': '0' }).end();
}

/** Ends the conversation: the rest of the body is not waited for. */
export function hangUp(request: IncomingMessage, response: ServerResponse, status: number): void {
  endResponse(response, status, { Connection: 'close' });
  request.resume();
  response.once('finish', () => request.destroy());
}
