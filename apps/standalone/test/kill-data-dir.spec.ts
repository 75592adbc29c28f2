import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '@firmbridge/testing';
import { DataDir } from '../src/data-dir.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

describe('the lock of a data folder', () => {
  it('is refused to a second process while the first lives, and keeps its content', () => {
    const lock = { pid: process.ppid, startedAt: statOf(process.ppid)[19] };
    writeFileSync(path.join(folder, 'lock'), JSON.stringify(lock));
    expect(() => DataDir.claim(folder)).toThrow(`already running here (process ${process.ppid})`);
    expect(readdirSync(folder)).toEqual(['lock']);
    expect(JSON.parse(readFileSync(path.join(folder, 'lock'), 'utf8'))).toEqual(lock);
  });

  it('is taken over when its process id belongs to another process now', () => {
    writeFileSync(path.join(folder, 'lock'), JSON.stringify({ pid: process.ppid, startedAt: '1' }));
    DataDir.claim(folder).release();
    expect(existsSync(path.join(folder, 'lock'))).toBe(false);
  });

  it('is taken over when a power cut left it unreadable', () => {
    writeFileSync(path.join(folder, 'lock'), '');
    DataDir.claim(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is taken over from a killed process that nobody has waited for', async () => {
    // The shell turns into a program that never waits for the child it got from the shell.
    const parent = spawn('sh', ['-c', 'sleep 30 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
      const lock = { pid, startedAt: statOf(pid)[19] };
      writeFileSync(path.join(folder, 'lock'), JSON.stringify(lock));
      expect(() => DataDir.claim(folder)).toThrow('already running');
      await eventually(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() === 'sleep');
      process.kill(pid, 'SIGKILL');
      await eventually(() => statOf(pid)[0] === 'Z');
      DataDir.claim(folder).release();
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
