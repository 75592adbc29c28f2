import { Controller } from '@nestjs/common';
import { operationMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { FindRecords } from '../../application/find-records.js';
import { Operations } from '../../application/operations.js';
import { ReadRecord } from '../../application/read-record.js';

const { readRecord, findRecords, getOperations, decideOperation } = operationMessages.clioWriteMessages;

@Controller()
export class RecordsHandler {
  constructor(
    private readonly reading: ReadRecord,
    private readonly finding: FindRecords,
    private readonly operations: Operations,
  ) {}

  @Answers(readRecord)
  read(message: Message<DataOf<typeof readRecord>>): Promise<ReplyOf<typeof readRecord>> {
    return this.reading.execute(message);
  }

  @Answers(findRecords)
  find(message: Message<DataOf<typeof findRecords>>): Promise<ReplyOf<typeof findRecords>> {
    return this.finding.execute(message);
  }

  @Answers(getOperations)
  get(message: Message<DataOf<typeof getOperations>>): Promise<ReplyOf<typeof getOperations>> {
    return this.operations.find(message);
  }

  @Answers(decideOperation)
  decide(message: Message<DataOf<typeof decideOperation>>): Promise<ReplyOf<typeof decideOperation>> {
    return this.operations.decide(message);
  }
}
