export { Vault, type SealPlace, type VaultOptions } from './vault.js';
export { type KeyEncryption, Keyring, type WrappedKey } from './keyring.js';
export { vaultEntities, vaultMigrations } from './data-key.schema.js';
