import { peopleMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { CheckApiKey } from '../../../application/api-keys/check-api-key.js';
import { CreateApiKey } from '../../../application/api-keys/create-api-key.js';
import { ListApiKeys } from '../../../application/api-keys/list-api-keys.js';
import { RevokeApiKey } from '../../../application/api-keys/revoke-api-key.js';

const { checkApiKey, listApiKeys, createApiKey, revokeApiKey } = peopleMessages;

@Controller()
export class ApiKeysHandler {
  constructor(
    private readonly checkApiKey: CheckApiKey,
    private readonly listApiKeys: ListApiKeys,
    private readonly createApiKey: CreateApiKey,
    private readonly revokeApiKey: RevokeApiKey,
  ) {}

  @Answers(checkApiKey)
  async answerCheck({ data }: Message<DataOf<typeof checkApiKey>>): Promise<ReplyOf<typeof checkApiKey>> {
    return { key: await this.checkApiKey.execute(data) };
  }

  @Answers(listApiKeys)
  async answerList({ tenantId }: Message<DataOf<typeof listApiKeys>>): Promise<ReplyOf<typeof listApiKeys>> {
    return { keys: await this.listApiKeys.execute(tenantId) };
  }

  @Answers(createApiKey)
  answerCreate(query: Message<DataOf<typeof createApiKey>>): Promise<ReplyOf<typeof createApiKey>> {
    return this.createApiKey.execute(query.data, query);
  }

  @Answers(revokeApiKey)
  async answerRevoke(query: Message<DataOf<typeof revokeApiKey>>): Promise<ReplyOf<typeof revokeApiKey>> {
    await this.revokeApiKey.execute(query.data, query.tenantId);
    return {};
  }
}
