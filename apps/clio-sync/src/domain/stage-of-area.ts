import type { FieldError, OperationProblem } from '@firmbridge/contracts';

export interface KnownStage {
  readonly id: string;
  readonly name: string;
  readonly practiceAreaId: string | null;
}

/**
 * Stages belong to practice areas. The problem of a stage that is known to belong to another one, with those that are allowed;
 * null for a stage that fits, or that only Clio can judge.
 */
export function stageProblem(
  stageId: string,
  practiceAreaId: string,
  stages: readonly KnownStage[],
): OperationProblem | null {
  const stage = stages.find(({ id }) => id === stageId);
  if (!stage || stage.practiceAreaId === null || stage.practiceAreaId === practiceAreaId) return null;
  const allowed = stages
    .filter((each) => each.practiceAreaId === practiceAreaId)
    .map(({ id, name }) => ({ id: Number(id), name }));
  const names = allowed.map(({ id, name }) => `${name} (${id})`).join(', ');
  const reason = `${stage.name} (${stageId}) belongs to another practice area.`;
  const message =
    `matter_stage: ${reason} Allowed: ${names || 'none'}. ` +
    'If the practice area is to change too, or has just changed in Clio, name it in the same request.';
  const errors: FieldError[] = [{ field: 'matter_stage', message: reason, allowed }];
  const details = { errors, practiceAreaId: Number(practiceAreaId) };
  return { kind: 'validation', code: 'clio.stage_of_another_practice_area', message, retryAfterMs: null, details };
}
