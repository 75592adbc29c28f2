import type { StreamEvent } from '@firmbridge/api-client';

export type StreamState = 'connecting' | 'live' | 'reconnecting';

export interface StreamListener {
  readonly onState: (state: StreamState) => void;
  readonly onEvent: (event: StreamEvent) => void;
}

const eventNames: readonly StreamEvent['event'][] = ['run', 'problem', 'connection', 'end'];
const firstDelayMs = 1_000;
const longestDelayMs = 15_000;

/** The gateway's events for as long as the page is open; it comes back by itself whatever cut it. Returns how to close it. */
export function openEventStream(listener: StreamListener): () => void {
  let source: EventSource | null = null;
  let timer: number | undefined;
  let failures = 0;

  const comeBack = () => {
    source?.close();
    listener.onState('reconnecting');
    window.clearTimeout(timer);
    timer = window.setTimeout(open, Math.min(longestDelayMs, firstDelayMs * 2 ** failures));
    failures += 1;
  };
  const open = () => {
    source = new EventSource('/api/v1/stream');
    source.addEventListener('open', () => {
      failures = 0;
      listener.onState('live');
    });
    source.addEventListener('error', comeBack);
    for (const name of eventNames) {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => {
        // The gateway checks what it sends; both sides are built from one description.
        const event = { event: name, data: JSON.parse(data) as unknown } as StreamEvent;
        if (event.event === 'end') comeBack();
        else listener.onEvent(event);
      });
    }
  };

  listener.onState('connecting');
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
