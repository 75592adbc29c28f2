import { Injectable } from '@nestjs/common';
import {
  AppError,
  authMessages,
  isAppError,
  providerSchema,
  syncMessages,
  type Connection,
  type DataOf,
  type Deletion,
  type Run,
} from '@firmbridge/contracts';
import type { Caller } from '../domain/caller.js';
import { AskPlatform } from './ask-platform.js';

type Messages = syncMessages.SyncServiceMessages;
type DeletionsQuestion = DataOf<Messages['getDeletions']>;

const { syncMessagesOf } = syncMessages;
const services = providerSchema.options.map((provider) => syncMessagesOf[provider]);

/** The sync services of all providers as one: whose connection, run or deletion it is decides who is asked. */
@Injectable()
export class SyncServices {
  constructor(private readonly platform: AskPlatform) {}

  async connection(connectionId: string, caller: Caller): Promise<Connection> {
    const { connections } = await this.platform.ask(authMessages.listConnections, {}, caller);
    const connection = connections.find((candidate) => candidate.connectionId === connectionId);
    if (connection) return connection;
    throw new AppError('not_found', 'connection.unknown', 'There is no such connection.', {
      details: { connectionId },
    });
  }

  async ofConnection(connectionId: string, caller: Caller): Promise<Messages> {
    return syncMessagesOf[(await this.connection(connectionId, caller)).provider];
  }

  /** The newest of all. Those of a service that is away are missing. */
  async runs(limit: number, caller: Caller): Promise<Run[]> {
    const answers = await this.each(({ getRuns }) => this.platform.page(getRuns, { runId: null, limit }, caller));
    return answers
      .flatMap(({ runs }) => runs)
      .toSorted((one, other) => other.startedAt.localeCompare(one.startedAt))
      .slice(0, limit);
  }

  run(runId: string, caller: Caller): Promise<Run> {
    return this.whoKnows(async ({ getRuns }) => {
      const { runs } = await this.platform.ask(getRuns, { runId, limit: 1 }, caller);
      const [run] = runs;
      if (run) return run;
      throw new AppError('not_found', 'run.unknown', 'There is no such run, or it has not begun yet.');
    });
  }

  /** Those that wait for a person first, then the newest. */
  async deletions(question: DeletionsQuestion, caller: Caller): Promise<Deletion[]> {
    const answers = await this.each(({ getDeletions }) => this.platform.page(getDeletions, question, caller));
    const rank = ({ state, notedAt }: Deletion) => `${state === 'held' ? 1 : 0} ${notedAt}`;
    return answers
      .flatMap(({ deletions }) => deletions)
      .toSorted((one, other) => rank(other).localeCompare(rank(one)))
      .slice(0, question.limit);
  }

  /** Asks one service after the other until one knows what is meant. While one is away nothing is said not to exist. */
  async whoKnows<Answer>(ask: (messages: Messages) => Promise<Answer>): Promise<Answer> {
    const errors: AppError[] = [];
    for (const messages of services) {
      try {
        return await ask(messages);
      } catch (error) {
        if (!isAppError(error) || !(isAway(error) || error.kind === 'not_found')) throw error;
        errors.push(error);
      }
    }
    throw errors.find(isAway) ?? errors[0] ?? new Error('There is no sync service.');
  }

  /** What each answers. One that is away is passed over, but not all of them. */
  private async each<Answer>(ask: (messages: Messages) => Promise<Answer>): Promise<Answer[]> {
    const answers: Answer[] = [];
    let away: AppError | null = null;
    for (const settled of await Promise.allSettled(services.map(ask))) {
      if (settled.status === 'fulfilled') answers.push(settled.value);
      else if (isAppError(settled.reason) && isAway(settled.reason)) away = settled.reason;
      else throw settled.reason;
    }
    if (answers.length === 0 && away !== null) throw away;
    return answers;
  }
}

function isAway({ kind }: AppError): boolean {
  return kind === 'unavailable';
}
