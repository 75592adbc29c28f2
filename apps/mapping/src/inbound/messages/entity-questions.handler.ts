import { Controller } from '@nestjs/common';
import { mappingMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { CountEntities } from '../../application/count-entities.js';
import { SearchEntities } from '../../application/search-entities.js';

@Controller()
export class EntityQuestionsHandler {
  constructor(
    private readonly searchEntities: SearchEntities,
    private readonly countEntities: CountEntities,
  ) {}

  @Answers(mappingMessages.searchEntities)
  search(
    message: Message<DataOf<typeof mappingMessages.searchEntities>>,
  ): Promise<ReplyOf<typeof mappingMessages.searchEntities>> {
    return this.searchEntities.execute(message);
  }

  @Answers(mappingMessages.countEntities)
  count(
    message: Message<DataOf<typeof mappingMessages.countEntities>>,
  ): Promise<ReplyOf<typeof mappingMessages.countEntities>> {
    return this.countEntities.execute(message);
  }
}
