/** A browser is sent back only to our own pages: anything else would make the callback an open redirect. */
export function isReturnAllowed(returnTo: string, origins: readonly string[]): boolean {
  const { protocol, origin, username, password } = new URL(returnTo);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' && origins.includes(origin);
}
