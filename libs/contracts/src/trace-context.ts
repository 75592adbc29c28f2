/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context/): one trace id for all that one wish or one poll leads to, and a
 * span id for each message. A message carries the context of its making, not that of the relay which publishes it.
 */
const traceparentPattern = /^00-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})$/;
const zeros = /^0+$/;

/** Begins a trace, recorded. */
export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

/** The next span of the same trace; a new trace when what is given is none (callers from outside may send anything). */
export function followTraceparent(parent: string | undefined): string {
  const traceId = traceIdOf(parent);
  return traceId === null ? newTraceparent() : `00-${traceId}-${randomHex(8)}-${parent?.slice(-2)}`;
}

/** null when the text is no valid `traceparent` of version 00. */
export function traceIdOf(traceparent: string | undefined): string | null {
  const { traceId = '', spanId = '' } = traceparentPattern.exec(traceparent ?? '')?.groups ?? {};
  return traceId === '' || zeros.test(traceId) || zeros.test(spanId) ? null : traceId;
}

function randomHex(bytes: number): string {
  return Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
}
