import type { ServerResponse } from 'node:http';
import type { FeedClient } from '../../application/live-feed.js';
import type { LiveEvent } from '../../domain/live-event.js';

export interface EventStreamOptions {
  readonly heartbeatMs: number;
  /** Of events that wait for a slow client, at most. */
  readonly bufferBytes: number;
}

type FinalReason = 'slow' | 'stopping' | 'signed_out';

/** How long a client has to take the final event before its connection is cut. */
const farewellMs = 5_000;
/** What the browser waits before it comes back. */
const retryMs = 2_000;

/**
 * Server-sent events to one client. A client that does not read is dropped: its final event is `end`, and when it comes back it
 * is told everything anew.
 */
export class EventStream implements FeedClient {
  private waiting: string[] = [];
  private waitingBytes = 0;
  private blocked = false;
  private ended = false;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    private readonly options: EventStreamOptions,
  ) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.on('drain', () => this.flush());
    response.on('close', () => this.stop());
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), options.heartbeatMs);
    this.write(`retry: ${retryMs}\n\n`);
  }

  get isOver(): boolean {
    return this.ended;
  }

  send({ event, data }: LiveEvent): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(reason: FinalReason): void {
    if (this.ended) return;
    this.stop();
    this.response.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    setTimeout(() => this.response.destroy(), farewellMs).unref();
  }

  private write(text: string): void {
    if (this.ended) return;
    if (!this.blocked) {
      this.blocked = !this.response.write(text);
      return;
    }
    this.waiting.push(text);
    this.waitingBytes += Buffer.byteLength(text);
    if (this.waitingBytes > this.options.bufferBytes) this.end('slow');
  }

  private flush(): void {
    this.blocked = false;
    const texts = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    for (const text of texts) this.write(text);
  }

  private stop(): void {
    this.ended = true;
    this.waiting = [];
    clearInterval(this.heartbeat);
  }
}
