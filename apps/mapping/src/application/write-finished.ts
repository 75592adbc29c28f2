import type { DataOf, Message, syncMessages } from '@firmbridge/contracts';

export type WriteFinished = Message<DataOf<typeof syncMessages.writeFinished>>;
