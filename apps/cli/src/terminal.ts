/** Where a command is read from and answers to. */
export interface Terminal {
  /** Whether a person is there to answer a question. */
  readonly canAsk: boolean;
  /** Whether a line can be written over. */
  readonly canRedraw: boolean;
  /** What was asked for: one or more lines. */
  print(text: string): void;
  /** What is said about it, beside the output. */
  tell(text: string): void;
  /** The line of a progress, in place of the one before; an empty one takes it away. */
  redraw(line: string): void;
  /** Whether the answer was yes. */
  ask(question: string): Promise<boolean>;
  /** All of the standard input. */
  read(): Promise<string>;
}
