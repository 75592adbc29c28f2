import { peopleMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { CheckSession } from '../../../application/sessions/check-session.js';
import { LogIn } from '../../../application/sessions/log-in.js';
import { LogOut } from '../../../application/sessions/log-out.js';

const { logIn, logOut, checkSession } = peopleMessages;

@Controller()
export class SessionsHandler {
  constructor(
    private readonly logIn: LogIn,
    private readonly logOut: LogOut,
    private readonly checkSession: CheckSession,
  ) {}

  @Answers(logIn)
  answerLogIn({ data }: Message<DataOf<typeof logIn>>): Promise<ReplyOf<typeof logIn>> {
    return this.logIn.execute(data);
  }

  @Answers(logOut)
  async answerLogOut({ data }: Message<DataOf<typeof logOut>>): Promise<ReplyOf<typeof logOut>> {
    await this.logOut.execute(data);
    return {};
  }

  @Answers(checkSession)
  async answerCheck({ data }: Message<DataOf<typeof checkSession>>): Promise<ReplyOf<typeof checkSession>> {
    return { session: await this.checkSession.execute(data) };
  }
}
