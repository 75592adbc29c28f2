import { compare, type Evidence, type Shared } from './evidence.js';
import { judge, type Judgement, type Thresholds } from './judgement.js';
import type { Profile } from './profile.js';

export interface Candidate {
  readonly entityId: string;
  readonly profile: Profile;
}

/** A contact that has no counterpart yet, and those that might be it: they share a key and have no counterpart either. */
export interface Newcomer {
  readonly id: string;
  readonly profile: Profile;
  readonly candidates: readonly Candidate[];
}

export interface Match {
  readonly id: string;
  readonly entityId: string;
  readonly judgement: Judgement;
}

export interface Assignment {
  /** Certain, and one to one. */
  readonly links: readonly Match[];
  /** For a person to decide, the likeliest first; few for each newcomer. */
  readonly questions: readonly Match[];
}

export type Compare = (one: Profile, other: Profile, shared: Shared) => Evidence[];

export interface AssignmentOptions {
  readonly thresholds: Thresholds;
  /** E-mails and phones that other contacts of the newcomers' own side have. */
  readonly taken?: readonly string[];
  readonly compare?: Compare;
}

const mostQuestions = 3;

/** Who is whom. A newcomer that could be two, or an entity that two newcomers could be, is left to a person. */
export function assign(newcomers: readonly Newcomer[], options: AssignmentOptions): Assignment {
  const matches = newcomers.flatMap((newcomer) => matchesOf(newcomer, sharedBy(newcomer, newcomers, options), options));
  const certain = matches.filter(({ judgement }) => judgement.verdict === 'same');
  const links = certain.filter(
    (match) =>
      !certain.some((rival) => rival !== match && (rival.id === match.id || rival.entityId === match.entityId)),
  );
  const linked = new Set(links.flatMap(({ id, entityId }) => [id, entityId]));
  const open = matches.filter(({ id, entityId }) => !linked.has(id) && !linked.has(entityId));
  return { links, questions: newcomers.flatMap(({ id }) => likeliest(open.filter((match) => match.id === id))) };
}

function matchesOf({ id, profile, candidates }: Newcomer, shared: Shared, options: AssignmentOptions): Match[] {
  return candidates
    .map(({ entityId, profile: other }) => ({
      id,
      entityId,
      judgement: judge((options.compare ?? compare)(profile, other, shared), options.thresholds),
    }))
    .filter(({ judgement }) => judgement.verdict !== 'different');
}

function likeliest(matches: readonly Match[]): Match[] {
  return matches.toSorted((a, b) => b.judgement.bits - a.judgement.bits).slice(0, mostQuestions);
}

function sharedBy(newcomer: Newcomer, all: readonly Newcomer[], { taken = [] }: AssignmentOptions): Shared {
  const own = new Set(reachableAt(newcomer.profile));
  const counts = new Map<string, number>();
  for (const { profile } of newcomer.candidates) {
    for (const value of reachableAt(profile)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const beside = all.filter((other) => other !== newcomer).flatMap(({ profile }) => reachableAt(profile));
  const shared = [...counts].flatMap(([value, count]) => (count > 1 ? [value] : []));
  return new Set([...shared, ...[...taken, ...beside].filter((value) => own.has(value))]);
}

const reachableAt = ({ emails, phones }: Profile) => [...emails, ...phones];
