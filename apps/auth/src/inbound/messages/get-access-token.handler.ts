import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { GetAccessToken } from '../../application/tokens/get-access-token.js';

const { getAccessToken } = authMessages;

/** A replica answers 32 questions at once: those who wait for a slow provider must not shut out all others. */
const mostWaiting = 20;

@Controller()
export class GetAccessTokenHandler {
  private underWay = 0;

  constructor(private readonly getAccessToken: GetAccessToken) {}

  @Answers(getAccessToken)
  async answer(query: Message<DataOf<typeof getAccessToken>>): Promise<ReplyOf<typeof getAccessToken>> {
    this.underWay += 1;
    try {
      return await this.getAccessToken.execute(query.data, query, this.underWay <= mostWaiting);
    } finally {
      this.underWay -= 1;
    }
  }
}
