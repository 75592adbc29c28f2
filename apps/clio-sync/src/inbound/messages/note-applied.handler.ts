import { Controller } from '@nestjs/common';
import { mappingMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { NoteAppliedPage } from '../../application/note-applied-page.js';

const queue = 'clio-sync.note-applied';

@Controller()
export class NoteAppliedHandler {
  constructor(private readonly noteAppliedPage: NoteAppliedPage) {}

  @Consumes(mappingMessages.recordsApplied, { queue })
  handle(message: Message<DataOf<typeof mappingMessages.recordsApplied>>): Promise<void> {
    return this.noteAppliedPage.execute(queue, message);
  }
}
