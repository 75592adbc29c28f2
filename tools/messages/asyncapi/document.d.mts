import type { MessageContract } from '@firmbridge/contracts';
import type { TopologyManifest } from '@firmbridge/messaging';

/** The text of docs/events/asyncapi.yaml. */
export function renderAsyncApi(sources: {
  readonly contracts: Iterable<MessageContract>;
  readonly topology: TopologyManifest;
  readonly version: string;
}): string;
