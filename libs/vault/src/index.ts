export { Vault, type SealPlace, type VaultOptions } from './vault.js';
export { type KeyEncryption, Keyring, type WrappedKey } from './keyring.js';
export { RotateKeys, type RotationStep, type RotationWish } from './rotate-keys.js';
export { vaultEntities, vaultMigrations } from './data-key.schema.js';
