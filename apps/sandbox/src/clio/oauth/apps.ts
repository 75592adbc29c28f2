export interface ClioApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Exact matches only; `any-loopback` spares tests with random ports the registration. */
  readonly redirectUris: readonly string[] | 'any-loopback';
}

/** The developer application that exists when none is named. */
export const defaultClioApp: ClioApp = {
  clientId: 'sandbox-clio-client',
  clientSecret: 'sandbox-clio-secret',
  redirectUris: 'any-loopback',
};

export function takesRedirect(app: ClioApp, uri: string): boolean {
  return app.redirectUris === 'any-loopback' ? isOnLoopback(uri) : app.redirectUris.includes(uri);
}

export function isOnLoopback(uri: string): boolean {
  const hostname = URL.parse(uri)?.hostname;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname ?? '');
}
