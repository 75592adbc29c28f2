import { z } from 'zod';
import { optionalText } from './values.js';

export const ghlPipelineStageSchema = z.looseObject({
  id: z.string().min(1),
  name: optionalText,
  position: z.number().nullish(),
  /** Which the list says by where the stage is. */
  pipelineId: optionalText,
});
export type GhlPipelineStage = z.output<typeof ghlPipelineStageSchema>;

/** Not creatable by API. The list is complete in one reply. */
export const ghlPipelineSchema = z.looseObject({
  id: z.string().min(1),
  name: optionalText,
  locationId: optionalText,
  stages: z.array(ghlPipelineStageSchema).nullish(),
});
export type GhlPipeline = z.output<typeof ghlPipelineSchema>;
