import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ProviderClient } from '@firmbridge/provider-client';
import { WriteWorker } from '@firmbridge/sync-engine';

/** Keeps the write workers going for as long as the service runs. */
@Injectable()
export class WriteSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly worker: WriteWorker,
    private readonly client: ProviderClient,
  ) {}

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
    this.client.close();
  }
}
