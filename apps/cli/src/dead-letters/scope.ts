/** Options of every command that reads or decides. */
export interface ScopeOptions {
  readonly platform?: boolean;
  readonly json?: boolean;
}

export function scopeOf({ platform = false }: ScopeOptions): 'tenant' | 'platform' {
  return platform ? 'platform' : 'tenant';
}

/** Where else to look when nothing was found. */
export function elsewhere({ platform = false }: ScopeOptions): string {
  return platform ? '' : '\nMessages whose firm cannot be read are shown with --platform.';
}
