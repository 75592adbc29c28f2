/** Why a command ends with exit code 1: refused, or not done. */
export class CommandFailure extends Error {
  override readonly name: string = 'CommandFailure';
  readonly exitCode: number = 1;

  /** The facts are what a program is told instead of the sentence. */
  constructor(
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Exit code 2: the command was not written as it must be; nothing was asked of anybody. */
export class UsageError extends CommandFailure {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}
