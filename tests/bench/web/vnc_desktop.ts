// The baseline: the same program on TigerVNC's X server, seen through noVNC (Debian's packages).
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { waitFor } from '../../end_to_end/web/wait_for';

const NOVNC = '/usr/share/novnc';
const PROGRAMS = ['/usr/bin/Xtigervnc', '/usr/bin/websockify', join(NOVNC, 'vnc_lite.html')];
const START_MS_MAX = 30_000;

export class VncDesktop {
  private readonly processes: ChildProcess[] = [];
  url = '';

  async start(bin: string, widthPx: number, heightPx: number): Promise<void> {
    const missing = PROGRAMS.filter((program) => !existsSync(program));
    if (missing.length > 0) {
      throw new Error(`no ${missing.join(', ')}: install tigervnc-standalone-server and novnc`);
    }
    const [vncPort, webPort] = [await freePort(), await freePort()];
    // Numbers of displays are as free as the ports that they name.
    const display = `:${vncPort}`;
    this.spawn(PROGRAMS[0] as string, [
      display, '-rfbport', String(vncPort), '-localhost', '-SecurityTypes', 'None', '-geometry',
      `${widthPx}x${heightPx}`, '-depth', '24', '-AlwaysShared', '-nolisten', 'tcp',
    ]);
    await waitFor('TigerVNC starts', START_MS_MAX, async () => !(await isFree(vncPort)));
    this.spawn(PROGRAMS[1] as string, [
      '--web', NOVNC, `127.0.0.1:${webPort}`, `127.0.0.1:${vncPort}`,
    ]);
    this.spawn(join(bin, 'rookery-frame-pattern'), [], { DISPLAY: display });
    await waitFor('websockify starts', START_MS_MAX, async () => !(await isFree(webPort)));
    this.url = `http://127.0.0.1:${webPort}/vnc_lite.html?path=websockify`;
  }
  async stop(): Promise<void> {
    for (const process of this.processes.reverse()) {
      if (process.exitCode !== null || process.signalCode !== null) continue;
      const ended = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGTERM');
      await ended;
    }
  }

  private spawn(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): void {
    const env = { ...globalThis.process.env, ...environment };
    this.processes.push(spawn(program, args, { stdio: 'ignore', env }));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
