import { Controller } from '@nestjs/common';
import { operationMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { AcceptRecordWrite } from '../../application/accept-record-write.js';

const queue = 'ghl-sync.write-record';
const { writeRecord } = operationMessages.ghlWriteMessages;

@Controller()
export class WriteRecordHandler {
  constructor(private readonly acceptRecordWrite: AcceptRecordWrite) {}

  @Consumes(writeRecord, { queue })
  handle(message: Message<DataOf<typeof writeRecord>>): Promise<void> {
    return this.acceptRecordWrite.execute(queue, message);
  }
}
