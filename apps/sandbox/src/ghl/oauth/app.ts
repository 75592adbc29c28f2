import { ghlAgencyScopes, ghlScopes } from '@firmbridge/ghl-api';
import type { SandboxContext } from '../../context.js';
import { hexadecimal, recordId, uuid } from '../data/ids.js';

/** The Marketplace app that is registered with the sandbox, and the static tokens that people made in Settings. */
export interface RegisteredApp {
  readonly appId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly versionId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Key under which all tokens are signed: the same in every process with the same seed. */
  readonly signingKey: string;
}

/** Everything follows from the seed, so that a client configured once keeps working. */
export function registeredApp(context: SandboxContext): RegisteredApp {
  const appId = hexadecimal(context.randomFor('ghl', 'app'), 24);
  return {
    appId,
    clientId: `${appId}-${recordId(context.randomFor('ghl', 'client')).slice(0, 8).toLowerCase()}`,
    clientSecret: uuid(context.randomFor('ghl', 'client secret')),
    versionId: hexadecimal(context.randomFor('ghl', 'version'), 24),
    name: 'Firmbridge',
    scopes: [...ghlScopes, ...ghlAgencyScopes],
    signingKey: hexadecimal(context.randomFor('ghl', 'signing key'), 64),
  };
}

/** `pit-...` of one location or of the agency. */
export function privateTokenOf(context: SandboxContext, ownerId: string): string {
  return `pit-${uuid(context.randomFor('ghl', 'private token', ownerId))}`;
}
