import { Controller } from '@nestjs/common';
import { rotateKeysOf, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { RotateKeys } from '@firmbridge/vault';

const rotateKeys = rotateKeysOf('clio-sync');

@Controller()
export class RotateKeysHandler {
  constructor(private readonly rotation: RotateKeys) {}

  @Answers(rotateKeys)
  answer(query: Message<DataOf<typeof rotateKeys>>): Promise<ReplyOf<typeof rotateKeys>> {
    return this.rotation.execute(query.data);
  }
}
