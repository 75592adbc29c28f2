const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

export const formatCount = (count: number): string => whole.format(count);

/** `1.25M`, for places too narrow for seven digits. */
export const formatShort = (count: number): string => (count < 1_000_000 ? whole : compact).format(count);

/** `1 record`, `2 records`. */
export const formatMany = (count: number, noun: string): string =>
  `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;

export const formatRate = (perSecond: number): string =>
  `${perSecond >= 10 ? whole.format(Math.round(perSecond)) : short.format(perSecond)}/s`;

/** `under 1 s`, `0:07`, `12:30`, `1:02:03`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return 'under 1 s';
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const twoDigits = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}

/** `40 s`, `12 min`, `3 h`, `2 days`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `about 12 min left`; nobody can tell seconds in advance. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 50) return 'less than a minute left';
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `about ${minutes} min left`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `about ${hours} h left` : `about ${Math.round(hours / 24)} days left`;
}

export const formatDay = (iso: string): string => day.format(new Date(iso));

/** The time of today, else the day with it. */
export function formatInstant(iso: string, now: Date = new Date()): string {
  const instant = new Date(iso);
  return instant.toDateString() === now.toDateString() ? time.format(instant) : dayAndTime.format(instant);
}

/** `bank_transactions` as `Bank transactions`. */
export function formatName(name: string): string {
  const words = name.replaceAll(/[_-]/g, ' ').replace(/ i$/, ' I');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
