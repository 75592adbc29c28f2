export { ProviderClient, type ProviderClientOptions } from './provider-client.js';
export { type ProviderTimeouts } from './timeouts.js';
export {
  type AccessToken,
  type CallRecorder,
  type ProviderCall,
  type ProviderCallAttempt,
  type ProviderConnection,
  type ProviderResponse,
  type TokenSource,
} from './provider-call.js';
export { type ProviderDialect, type ProviderError } from './provider-dialect.js';
export { type BreakerOptions, CircuitBreakers } from './circuit-breakers.js';
export { parseRetryAfter } from './retry-after.js';
export { redactText } from './redact.js';
