import type { Message } from '@firmbridge/contracts';
import { Consumes, PassThroughRpcFilter, RabbitServer, type BrokerConnections } from '@firmbridge/messaging';
import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ledger } from './ledger.js';
import { archiveRecord, ledgerQueues, recordChanged, type RecordData } from './records.js';

@Controller()
class LedgerHandlers {
  constructor(@Inject(Ledger) private readonly ledger: Ledger) {}

  @Consumes(recordChanged, { queue: ledgerQueues.apply })
  apply(message: Message<RecordData>): Promise<void> {
    return this.ledger.keep(ledgerQueues.apply, message);
  }

  @Consumes(archiveRecord, { queue: ledgerQueues.archive })
  archive(message: Message<RecordData>): Promise<void> {
    return this.ledger.keep(ledgerQueues.archive, message);
  }
}

@Module({})
class LedgerModule {
  static of(ledger: Ledger): DynamicModule {
    return {
      module: LedgerModule,
      controllers: [LedgerHandlers],
      providers: [{ provide: Ledger, useValue: ledger }],
    };
  }
}

export interface LedgerService {
  /** Works off what it has begun and takes nothing more. */
  stop(): Promise<void>;
}

/** The ledger's queues under Nest's own decorators, as in every service. */
export async function startLedger(connections: BrokerConnections, ledger: Ledger): Promise<LedgerService> {
  const strategy = new RabbitServer({ connections, clock: () => new Date() });
  const app = await NestFactory.createMicroservice(LedgerModule.of(ledger), { strategy, logger: false });
  app.useGlobalFilters(new PassThroughRpcFilter());
  await app.listen();
  return {
    stop: async () => {
      await strategy.drain();
      await app.close();
    },
  };
}
