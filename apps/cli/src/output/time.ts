const units = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
  { seconds: 1, name: 's' },
] as const;

/** `3 min`: a length of time in its largest unit. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const { seconds: size, name } = units.find((unit) => seconds >= unit.seconds) ?? units[3];
  return `${Math.floor(seconds / size)} ${name}`;
}

/** `3 min ago`, `in 4 s`, `now`. */
export function relativeTime(instant: string, now: Date): string {
  const ahead = Date.parse(instant) - now.getTime();
  if (Math.abs(ahead) < 1_000) return 'now';
  return ahead > 0 ? `in ${duration(ahead)}` : `${duration(-ahead)} ago`;
}

/** For whoever compares it with a log: both the instant and how long ago it was. */
export function fullTime(instant: string, now: Date): string {
  return `${instant} (${relativeTime(instant, now)})`;
}
