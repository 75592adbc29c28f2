import type { ClioControl } from './clio/clio-control.js';
import type { SandboxClock } from './clock.js';
import type { Faults } from './faults.js';
import type { GhlControl } from './ghl/index.js';
import type { RequestLog } from './requests.js';

/** Everything that can be done to a running sandbox from behind; `/control` offers the same over HTTP. */
export interface SandboxControl {
  readonly faults: Faults;
  readonly clock: SandboxClock;
  readonly requests: RequestLog;
  readonly clio: ClioControl;
  readonly ghl: GhlControl;
  /** Back to the first state: records, tokens, webhooks, switches, faults, clock and journal. */
  reset(): void;
}
