import type { ClioAccount } from '../clio-account.js';
import type { ClioSwitches } from '../switches.js';

export interface ApiRequest {
  readonly method: string;
  /** Behind /api/v4, always with .json. */
  readonly path: string;
  readonly search: URLSearchParams;
  /** As it came over the wire, to see whether braces were encoded. */
  readonly rawQuery: string;
  readonly header: (name: string) => string | undefined;
  readonly body: unknown;
  readonly account: ClioAccount;
  readonly user: number;
  readonly switches: ClioSwitches;
  readonly now: Date;
  /** Origin, prefix and path as the caller wrote them: `next` continues there. */
  readonly ownUrl: string;
  readonly tokenGeneration: number;
}

export interface ApiAnswer {
  readonly status: number;
  /** Undefined for none; bytes go out as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
