import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { ListProviderApps } from '../../application/provider-apps/list-provider-apps.js';
import { RemoveProviderApp } from '../../application/provider-apps/remove-provider-app.js';
import { SetProviderApp } from '../../application/provider-apps/set-provider-app.js';

const { listProviderApps, setProviderApp, removeProviderApp } = authMessages;

@Controller()
export class ProviderAppsHandler {
  constructor(
    private readonly listProviderApps: ListProviderApps,
    private readonly setProviderApp: SetProviderApp,
    private readonly removeProviderApp: RemoveProviderApp,
  ) {}

  @Answers(listProviderApps)
  async list(query: Message<DataOf<typeof listProviderApps>>): Promise<ReplyOf<typeof listProviderApps>> {
    return { apps: await this.listProviderApps.execute(query.tenantId) };
  }

  @Answers(setProviderApp)
  set(query: Message<DataOf<typeof setProviderApp>>): Promise<ReplyOf<typeof setProviderApp>> {
    return this.setProviderApp.execute(query.data, query);
  }

  @Answers(removeProviderApp)
  remove(query: Message<DataOf<typeof removeProviderApp>>): Promise<ReplyOf<typeof removeProviderApp>> {
    return this.removeProviderApp.execute(query.data);
  }
}
