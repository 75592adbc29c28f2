import { useLive } from './live.js';

const words = { connecting: 'Connecting…', live: 'Live', reconnecting: 'Reconnecting…' } as const;

/** Whether what is shown is up to date. */
export function LiveMark() {
  const { state } = useLive();
  return (
    <span className={`live-mark live-${state}`} role="status">
      <span className="live-dot" aria-hidden="true" />
      {words[state]}
    </span>
  );
}
