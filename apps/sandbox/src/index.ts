export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.js';
export type { SandboxControl } from './control.js';
export type { ClioControl, ClioPlace, IssuedTokens } from './clio/clio-control.js';
export type { ClioFirmOptions, ClioOptions } from './clio/clio-sandbox.js';
export { type ClioApp, defaultClioApp } from './clio/oauth/apps.js';
export type { ClioSwitches } from './clio/switches.js';
export { type GhlControl, type GhlFacts, type GhlOptions, type GhlSwitches } from './ghl/index.js';
export type { Fault, FaultRuleInput } from './faults.js';
export type { ReceivedRequest } from './requests.js';
