import type { MessageContract } from '@firmbridge/contracts';
import type { TopologyManifest } from '@firmbridge/messaging';

/** The text of docs/messages.md. */
export function renderMessages(sources: {
  readonly contracts: Iterable<MessageContract>;
  readonly topology: TopologyManifest;
}): string;
