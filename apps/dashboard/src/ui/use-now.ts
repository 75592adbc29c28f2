import { useSyncExternalStore } from 'react';

const tickMs = 1_000;
const atRest = () => () => undefined;

function everySecond(listener: () => void): () => void {
  const timer = window.setInterval(listener, tickMs);
  return () => window.clearInterval(timer);
}

const currentSecond = () => Math.floor(Date.now() / tickMs) * tickMs;

/** The time, moving each second while it matters. */
export function useNow(isMoving: boolean): number {
  return useSyncExternalStore(isMoving ? everySecond : atRest, currentSecond);
}
