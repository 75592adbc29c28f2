import { peopleMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { ChangePassword } from '../../../application/people/change-password.js';
import { ChangeRoles } from '../../../application/people/change-roles.js';
import { DeactivatePerson } from '../../../application/people/deactivate-person.js';
import { InvitePerson } from '../../../application/people/invite-person.js';
import { ListPeople } from '../../../application/people/list-people.js';

const { listPeople, invitePerson, changeRoles, deactivatePerson, changePassword } = peopleMessages;

@Controller()
export class PeopleHandler {
  constructor(
    private readonly listPeople: ListPeople,
    private readonly invitePerson: InvitePerson,
    private readonly changeRoles: ChangeRoles,
    private readonly deactivatePerson: DeactivatePerson,
    private readonly changePassword: ChangePassword,
  ) {}

  @Answers(listPeople)
  answerList({ data, tenantId }: Message<DataOf<typeof listPeople>>): Promise<ReplyOf<typeof listPeople>> {
    return this.listPeople.execute(data, tenantId);
  }

  @Answers(invitePerson)
  answerInvite(query: Message<DataOf<typeof invitePerson>>): Promise<ReplyOf<typeof invitePerson>> {
    return this.invitePerson.execute(query.data, query);
  }

  @Answers(changeRoles)
  answerRoles(query: Message<DataOf<typeof changeRoles>>): Promise<ReplyOf<typeof changeRoles>> {
    return this.changeRoles.execute(query.data, query);
  }

  @Answers(deactivatePerson)
  answerDeactivate(query: Message<DataOf<typeof deactivatePerson>>): Promise<ReplyOf<typeof deactivatePerson>> {
    return this.deactivatePerson.execute(query.data, query.tenantId);
  }

  @Answers(changePassword)
  async answerPassword(query: Message<DataOf<typeof changePassword>>): Promise<ReplyOf<typeof changePassword>> {
    await this.changePassword.execute(query.data, query);
    return {};
  }
}
