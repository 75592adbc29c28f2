import { peopleMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { CreateSetupLink } from '../../../application/people/create-setup-link.js';
import { GetSetup } from '../../../application/people/get-setup.js';
import { RedeemSetup } from '../../../application/people/redeem-setup.js';

const { createSetupLink, getSetup, redeemSetup } = peopleMessages;

@Controller()
export class SetupHandler {
  constructor(
    private readonly createSetupLink: CreateSetupLink,
    private readonly getSetup: GetSetup,
    private readonly redeemSetup: RedeemSetup,
  ) {}

  @Answers(createSetupLink)
  answerCreate(query: Message<DataOf<typeof createSetupLink>>): Promise<ReplyOf<typeof createSetupLink>> {
    return this.createSetupLink.execute(query);
  }

  @Answers(getSetup)
  answerGet({ data }: Message<DataOf<typeof getSetup>>): Promise<ReplyOf<typeof getSetup>> {
    return this.getSetup.execute(data);
  }

  @Answers(redeemSetup)
  answerRedeem({ data }: Message<DataOf<typeof redeemSetup>>): Promise<ReplyOf<typeof redeemSetup>> {
    return this.redeemSetup.execute(data);
  }
}
