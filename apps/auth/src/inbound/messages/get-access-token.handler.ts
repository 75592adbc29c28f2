import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { GetAccessToken } from '../../application/get-access-token.js';

const { getAccessToken } = authMessages;

@Controller()
export class GetAccessTokenHandler {
  constructor(private readonly getAccessToken: GetAccessToken) {}

  @Answers(getAccessToken)
  answer(query: Message<DataOf<typeof getAccessToken>>): Promise<ReplyOf<typeof getAccessToken>> {
    return this.getAccessToken.execute(query.data, query);
  }
}
