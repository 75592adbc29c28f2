import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers, Consumes } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { DisconnectConnection, disconnectionsQueue } from '../../application/disconnecting/disconnect-connection.js';
import { GetDisconnections } from '../../application/disconnecting/get-disconnections.js';
import { NoteConnectionStopped } from '../../application/disconnecting/note-connection-stopped.js';

const { disconnectConnection, connectionStopped, getDisconnections } = authMessages;

@Controller()
export class DisconnectionsHandler {
  constructor(
    private readonly disconnectConnection: DisconnectConnection,
    private readonly noteConnectionStopped: NoteConnectionStopped,
    private readonly getDisconnections: GetDisconnections,
  ) {}

  @Consumes(disconnectConnection, { queue: disconnectionsQueue })
  disconnect(command: Message<DataOf<typeof disconnectConnection>>): Promise<void> {
    return this.disconnectConnection.execute(command);
  }

  @Consumes(connectionStopped, { queue: disconnectionsQueue })
  stopped(event: Message<DataOf<typeof connectionStopped>>): Promise<void> {
    return this.noteConnectionStopped.execute(event);
  }

  @Answers(getDisconnections)
  async list(query: Message<DataOf<typeof getDisconnections>>): Promise<ReplyOf<typeof getDisconnections>> {
    return { disconnections: await this.getDisconnections.execute(query.data, query.tenantId) };
  }
}
