import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { AddPrivateToken } from '../../application/connections/add-private-token.js';

const { addPrivateToken } = authMessages;

@Controller()
export class AddPrivateTokenHandler {
  constructor(private readonly addPrivateToken: AddPrivateToken) {}

  @Answers(addPrivateToken)
  answer(query: Message<DataOf<typeof addPrivateToken>>): Promise<ReplyOf<typeof addPrivateToken>> {
    return this.addPrivateToken.execute(query.data, query);
  }
}
