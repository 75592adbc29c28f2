import type { auditMessages, Connection, ReplyOf, Run } from '@firmbridge/contracts';

export type Problem = ReplyOf<typeof auditMessages.searchProblems>['problems'][number] & { readonly advice: string };

/** What became of a connection; the list of connections has the rest. */
export type ConnectionChange = Pick<Connection, 'connectionId' | 'provider' | 'status'>;

/** What a page is told while it is open. */
export type LiveEvent =
  | { readonly event: 'run'; readonly data: Run }
  | { readonly event: 'problem'; readonly data: Problem }
  | { readonly event: 'connection'; readonly data: ConnectionChange };
