import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { ListConnections } from '../../application/connections/list-connections.js';

const { listConnections } = authMessages;

@Controller()
export class ListConnectionsHandler {
  constructor(private readonly listConnections: ListConnections) {}

  @Answers(listConnections)
  answer(query: Message<DataOf<typeof listConnections>>): Promise<ReplyOf<typeof listConnections>> {
    return this.listConnections.execute(query.tenantId);
  }
}
