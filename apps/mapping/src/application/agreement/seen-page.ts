import type { Side } from '../../domain/agreement/mappings.js';
import type { Draft } from '../../domain/entity-state.js';
import type { ResourceScope } from '../../persistence/crosswalk.repository.js';

/** The newest copy of a record in a page, and which entity it is. */
export interface SeenRecord {
  readonly recordId: string;
  readonly revision: number;
  readonly deleted: boolean;
  readonly draft: Draft | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly entityId: string;
}

export interface SeenPage extends ResourceScope {
  readonly side: Side;
  readonly seen: readonly SeenRecord[];
}
