export interface Instruction {
  /** In capitals: `COPY`. */
  readonly name: string;
  /** What follows, with continued lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly base: string;
  readonly alias: string | null;
  readonly instructions: readonly Instruction[];
}

/** Enough of the Dockerfile language for ours: comments, continued lines, stages. */
export function parseDockerfile(text: string): Stage[] {
  const withoutComments = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const joined = withoutComments.join('\n').replace(/\s*\\\n\s*/g, ' ');
  const stages: { base: string; alias: string | null; instructions: Instruction[] }[] = [];
  for (const line of joined.split('\n').filter((one) => one.trim() !== '')) {
    const [, name = '', rest = ''] = /^([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not an instruction: ${line}`);
    if (name.toUpperCase() === 'FROM') {
      const [, base = '', alias] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      stages.push({ base, alias: alias ?? null, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`${name} stands before the first FROM`);
    stage.instructions.push({ name: name.toUpperCase(), text: rest.trim() });
  }
  return stages;
}

export function textsOf(stage: Stage, name: string): string[] {
  return stage.instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}
