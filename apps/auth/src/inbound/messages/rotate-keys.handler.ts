import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { RotateKeys } from '@firmbridge/vault';
import { Controller } from '@nestjs/common';

const { rotateKeys } = authMessages;

@Controller()
export class RotateKeysHandler {
  constructor(private readonly rotateKeys: RotateKeys) {}

  @Answers(rotateKeys)
  answer(query: Message<DataOf<typeof rotateKeys>>): Promise<ReplyOf<typeof rotateKeys>> {
    return this.rotateKeys.execute(query.data);
  }
}
