import { authMessages } from '@firmbridge/contracts';
import { z } from 'zod';

const { listAgencies, listAgencyLocations, connectAgencyLocation } = authMessages;

export const agencyList = listAgencies.reply.meta({ id: 'AgencyList' });
export type AgencyList = z.output<typeof agencyList>;

const { skip, limit } = listAgencyLocations.data.shape;
export const locationsQuery = z.strictObject({
  skip: z.coerce.number().pipe(skip).default(0),
  limit: z.coerce.number().pipe(limit).default(50),
});
export type LocationsQuery = z.output<typeof locationsQuery>;
export const locationList = listAgencyLocations.reply.meta({ id: 'AgencyLocationList' });
export type LocationList = z.output<typeof locationList>;

export const agencyLocation = z
  .strictObject({ locationId: connectAgencyLocation.data.shape.locationId })
  .meta({ id: 'AgencyLocation' });
export type AgencyLocation = z.output<typeof agencyLocation>;
