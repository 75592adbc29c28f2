import { Inject, Injectable } from '@nestjs/common';
import { clioWritableNameSchema, clioWrites } from '@firmbridge/clio-api';
import {
  describeFieldErrors,
  fieldErrors,
  type DataOf,
  type FieldError,
  type Message,
  type operationMessages,
  type OperationProblem,
} from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { acceptRequest, WriteWorker } from '@firmbridge/sync-engine';
import { z } from 'zod';
import { stageProblem } from '../domain/stage-of-area.js';
import { kindOf } from '../outbound/clio/record-writer.js';
import { storedPracticeArea, storedStages } from '../persistence/stored-stages.js';

type Wish = DataOf<typeof operationMessages.clioWriteMessages.writeRecord>;

/** Turns what a person asks for into a write task; what is wrong for certain is refused before Clio is asked. */
@Injectable()
export class AcceptRecordWrite {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly worker: WriteWorker,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(queue: string, message: Message<Wish>): Promise<void> {
    const { operationId, connectionId, resource, recordId, changes, ifMatch, requestHash, answerBy } = message.data;
    const name = clioWritableNameSchema.parse(resource);
    const action = recordId === null ? 'create' : 'update';
    await this.inbox.once(queue, message, async (tx) => {
      const work = { tx, outbox: this.outbox, service: 'clio-sync', now: this.clock() };
      const write = {
        operationId,
        connectionId,
        kind: kindOf(name),
        request: { resource, action, requestHash, answerBy },
        recordId,
        payload: { recordId, changes, ifMatch },
      } as const;
      await acceptRequest(work, message, write, () => check(tx, message.data));
      tx.afterCommit(() => this.worker.wake());
    });
  }
}

async function check(tx: Tx, { connectionId, resource, recordId, changes }: Wish): Promise<OperationProblem | null> {
  const { create, update } = clioWrites[clioWritableNameSchema.parse(resource)];
  const schema: z.ZodType<Record<string, unknown>> | null = recordId === null ? create : update;
  if (schema === null) return invalid(fieldErrors([{ message: `New ${resource} are not made through this API.` }]));
  const parsed = schema.safeParse(changes);
  if (!parsed.success) return invalid(fieldErrors(parsed.error.issues));
  return resource === 'matters' && recordId !== null ? checkStage(tx, connectionId, recordId, parsed.data) : null;
}

const stageSchema = z.looseObject({
  matter_stage: z.object({ id: z.int().nullable() }).optional(),
  practice_area: z.object({ id: z.int().nullable() }).optional(),
});

/** By the stages and the practice area that the sync knows; what it does not know is left to Clio. */
async function checkStage(
  tx: Tx,
  connectionId: string,
  recordId: string,
  changes: Record<string, unknown>,
): Promise<OperationProblem | null> {
  const { matter_stage: stage, practice_area: area } = stageSchema.parse(changes);
  if (stage === undefined || stage.id === null || area?.id === null) return null;
  const areaId = area === undefined ? await storedPracticeArea(tx, connectionId, recordId) : String(area.id);
  return areaId === null ? null : stageProblem(String(stage.id), areaId, await storedStages(tx, connectionId));
}

function invalid(errors: readonly FieldError[]): OperationProblem {
  const message = describeFieldErrors(errors).join('; ');
  return { kind: 'validation', code: 'request.invalid', message, retryAfterMs: null, details: { errors } };
}
