type Hook = (tenantId: string) => Promise<void>;

/**
 * What a service does besides deleting rows when a firm is erased. A service with a vault adds
 * `(tenantId) => vault.destroyTenantKey(tenantId)` where it makes the vault. Must be harmless to repeat.
 */
export class ErasureHooks {
  private readonly hooks: Hook[] = [];

  add(hook: Hook): void {
    this.hooks.push(hook);
  }

  async run(tenantId: string): Promise<void> {
    for (const hook of this.hooks) await hook(tenantId);
  }
}
