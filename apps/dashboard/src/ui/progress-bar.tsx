interface ProgressBarProps {
  readonly label: string;
  readonly percent: number;
  readonly tone: 'active' | 'done' | 'failed' | 'waiting' | 'parked';
  /** What a screen reader says instead of the number. */
  readonly text?: string;
  readonly thick?: boolean;
}

export function ProgressBar({ label, percent, tone, text, thick = false }: ProgressBarProps) {
  return (
    <div
      className={thick ? 'bar bar-thick' : 'bar'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={text}
    >
      <div className={`bar-fill bar-${tone}`} style={{ width: `${percent}%` }} />
    </div>
  );
}
