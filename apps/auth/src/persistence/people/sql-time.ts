/** An instant as ISO 8601 in UTC; null stays null. */
export function utcText(instant: string): string {
  return `to_json((${instant}) at time zone 'utc') #>> '{}' || 'Z'`;
}

/** The length of an interval as a number. */
export function milliseconds(interval: string): string {
  return `(extract(epoch from ${interval}) * 1000)::float8`;
}

/** A number of milliseconds as an interval. */
export function asInterval(parameter: string): string {
  return `${parameter}::float8 * interval '1 millisecond'`;
}
