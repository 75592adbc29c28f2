import { Controller } from '@nestjs/common';
import { mappingMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { Stages } from '@firmbridge/service';
import { NormalizeRecords } from '../../application/normalize-records.js';

const queues = { live: 'mapping.normalize-live', backfill: 'mapping.normalize-backfill' } as const;

@Controller()
export class NormalizeRecordsHandler {
  constructor(
    private readonly normalizeRecords: NormalizeRecords,
    private readonly stages: Stages,
  ) {}

  @Consumes(mappingMessages.normalizeRecords, { queue: queues.live })
  async live(message: Message<DataOf<typeof mappingMessages.normalizeRecords>>): Promise<void> {
    await this.stages.time('normalize', () => this.normalizeRecords.execute(queues.live, message));
  }

  @Consumes(mappingMessages.normalizeRecords, { queue: queues.backfill })
  async backfill(message: Message<DataOf<typeof mappingMessages.normalizeRecords>>): Promise<void> {
    await this.stages.time('normalize', () => this.normalizeRecords.execute(queues.backfill, message));
  }
}
