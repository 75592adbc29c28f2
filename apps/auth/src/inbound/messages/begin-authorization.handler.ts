import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { BeginAuthorization } from '../../application/connections/begin-authorization.js';

const { beginAuthorization } = authMessages;

@Controller()
export class BeginAuthorizationHandler {
  constructor(private readonly beginAuthorization: BeginAuthorization) {}

  @Answers(beginAuthorization)
  async answer(query: Message<DataOf<typeof beginAuthorization>>): Promise<ReplyOf<typeof beginAuthorization>> {
    const { authorizeUrl, expiresAt } = await this.beginAuthorization.execute(query.data, query);
    return { authorizeUrl, expiresAt: expiresAt.toISOString() };
  }
}
