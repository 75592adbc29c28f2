const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Whether only this machine can reach a listener on the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The host as it stands in an address: IPv6 in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Whether a Host header is one of ours. Another name that resolves to this machine (DNS rebinding) is refused, else any
 * web page could read what the browser may read here.
 */
export function isOurHost(header: string | undefined, ourNames: readonly string[]): boolean {
  if (header === undefined || !URL.canParse(`http://${header}`)) return false;
  const { hostname, pathname, username } = new URL(`http://${header}`);
  return pathname === '/' && username === '' && [...loopbackNames, ...ourNames].includes(hostname);
}
