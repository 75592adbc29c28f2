import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { AppError } from '@firmbridge/contracts';

export interface BrokerConnectionFacts {
  readonly pid: string;
  /** As its client calls it: `ledger consume`. */
  readonly name: string;
}

export interface RabbitConsoleOptions {
  /** Erlang's `erl`. */
  readonly program: string;
  /** Of the server: what both read decides whether they find each other. */
  readonly env: Readonly<Record<string, string>>;
  readonly node: string;
}

// A line in, an answer out that ends with a dot or a line that begins with "error". A connection that has not said yet who it is
// has no properties.
const program = (node: string) => `
  Ask = fun(M, F, A) ->
    case rpc:call('${node}', M, F, A, 10000) of {badrpc, Why} -> throw(Why); Answer -> Answer end
  end,
  List = fun() ->
    [{Ask(erlang, pid_to_list, [Pid]), Properties} ||
      [{pid, Pid}, {client_properties, Properties}] <- Ask(rabbit_networking, connection_info_all, [[pid, client_properties]]),
      is_list(Properties)]
  end,
  Close = fun(Pid) -> Ask(rabbit_networking, close_connection, [Ask(erlang, list_to_pid, [Pid]), "closed on purpose"]) end,
  Do = fun
    ("list") -> [io:format("~s\\t~s~n", [Pid, Name]) || {Pid, Properties} <- List(), {<<"connection_name">>, _, Name} <- Properties];
    ("close " ++ Pid) -> Close(Pid);
    ("close_all") -> [Close(Pid) || {Pid, _} <- List()]
  end,
  Loop = fun Loop() ->
    case io:get_line("") of
      eof -> halt(0);
      Line ->
        try Do(string:trim(Line)), io:format(".~n") catch _:Why -> io:format("error ~0p~n", [Why]) end,
        Loop()
    end
  end,
  Loop().`;

/**
 * Asks a RabbitMQ node what its own command-line tool asks, from one process that stays: that tool starts a virtual machine for
 * each question, which costs seconds of a busy machine. One question at a time.
 */
export class RabbitConsole {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly onExit = () => this.child.kill('SIGKILL');

  constructor({ program: erl, env, node }: RabbitConsoleOptions) {
    const args = ['-noshell', '-sname', `console-${node}`, '-hidden', '-eval', program(node)];
    this.child = spawn(erl, args, { env, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.child.stdout) throw new AppError('internal', 'servers.not_spawned', 'erl did not run.');
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    process.once('exit', this.onExit);
  }

  async connections(): Promise<BrokerConnectionFacts[]> {
    const lines = await this.ask('list');
    return lines.map((line) => {
      const [pid = '', name = ''] = line.split('\t');
      return { pid, name };
    });
  }

  async close({ pid }: BrokerConnectionFacts): Promise<void> {
    await this.ask(`close ${pid}`);
  }

  async closeAll(): Promise<void> {
    await this.ask('close_all');
  }

  async end(): Promise<void> {
    process.off('exit', this.onExit);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private async ask(question: string): Promise<string[]> {
    const said: string[] = [];
    this.child.stdin?.write(`${question}\n`);
    for (;;) {
      const { value: line, done: hasEnded } = await this.lines.next();
      if (hasEnded) throw refused(question, 'erl has ended');
      if (line === '.') return said;
      if (line.startsWith('error ')) throw refused(question, line);
      said.push(line);
    }
  }
}

function refused(question: string, answer: string): AppError {
  return new AppError('unavailable', 'servers.not_controlled', `RabbitMQ was asked to "${question}": ${answer}.`);
}
