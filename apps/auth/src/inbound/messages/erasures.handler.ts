import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers, Consumes } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { erasuresQueue, EraseTenant } from '../../application/erasing/erase-tenant.js';
import { GetErasures } from '../../application/erasing/get-erasures.js';
import { NoteTenantErased } from '../../application/erasing/note-tenant-erased.js';

const { eraseTenant, tenantErased, getErasures } = authMessages;

@Controller()
export class ErasuresHandler {
  constructor(
    private readonly eraseTenant: EraseTenant,
    private readonly noteTenantErased: NoteTenantErased,
    private readonly getErasures: GetErasures,
  ) {}

  @Consumes(eraseTenant, { queue: erasuresQueue })
  erase(command: Message<DataOf<typeof eraseTenant>>): Promise<void> {
    return this.eraseTenant.execute(command);
  }

  @Consumes(tenantErased, { queue: erasuresQueue })
  erased(event: Message<DataOf<typeof tenantErased>>): Promise<void> {
    return this.noteTenantErased.execute(event);
  }

  @Answers(getErasures)
  async list(query: Message<DataOf<typeof getErasures>>): Promise<ReplyOf<typeof getErasures>> {
    return { erasures: await this.getErasures.execute(query.data, query) };
  }
}
