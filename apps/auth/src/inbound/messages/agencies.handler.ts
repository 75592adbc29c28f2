import { authMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { Controller } from '@nestjs/common';
import { ConnectAgencyLocation } from '../../application/agencies/connect-agency-location.js';
import { ListAgencies } from '../../application/agencies/list-agencies.js';
import { ListAgencyLocations } from '../../application/agencies/list-agency-locations.js';

const { listAgencies, listAgencyLocations, connectAgencyLocation } = authMessages;

@Controller()
export class AgenciesHandler {
  constructor(
    private readonly listAgencies: ListAgencies,
    private readonly listAgencyLocations: ListAgencyLocations,
    private readonly connectAgencyLocation: ConnectAgencyLocation,
  ) {}

  @Answers(listAgencies)
  async list(query: Message<DataOf<typeof listAgencies>>): Promise<ReplyOf<typeof listAgencies>> {
    return { agencies: await this.listAgencies.execute(query.tenantId) };
  }

  @Answers(listAgencyLocations)
  locations(query: Message<DataOf<typeof listAgencyLocations>>): Promise<ReplyOf<typeof listAgencyLocations>> {
    return this.listAgencyLocations.execute(query.data, query);
  }

  @Answers(connectAgencyLocation)
  connect(query: Message<DataOf<typeof connectAgencyLocation>>): Promise<ReplyOf<typeof connectAgencyLocation>> {
    return this.connectAgencyLocation.execute(query.data, query);
  }
}
