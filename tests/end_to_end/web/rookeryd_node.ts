// One rookeryd as a child process, always on the same ports, with a first phone; its HTTP API.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from './wait_for';

const READY_MS_MAX = 60_000;
const PHONE_MS_MAX = 180_000;
const STOP_MS_MAX = 60_000;

export type Json = Readonly<Record<string, unknown>>;

export class RookerydNode {
  address = '';
  phone = '';
  private process: ChildProcess | undefined;
  private listen = '127.0.0.1:0';
  private mediaPort = '0';
  private readonly password = randomBytes(12).toString('hex');
  private token = '';

  // `more`: words of its command line.
  constructor(private readonly data: string, private readonly bin: string,
              private readonly more: readonly string[] = []) {}

  async start(): Promise<void> {
    const process = spawn(join(this.bin, 'rookeryd'), [
      '--data', this.data, '--listen', this.listen, '--media-bind', '127.0.0.1', '--media-port',
      this.mediaPort, '--first-admin', 'admin', ...this.more,
    ], {
      env: { ...globalThis.process.env, ROOKERY_ADMIN_PASSWORD: this.password },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = process;
    process.stderr?.pipe(createWriteStream(join(this.data, 'rookeryd.log'), { flags: 'a' }));
    const lines = createInterface({ input: process.stdout as NodeJS.ReadableStream });
    const ready = new Promise<string>((resolve) => {
      lines.once('line', resolve);
      process.once('exit', () => resolve('it ended'));
      setTimeout(() => resolve('no word from it'), READY_MS_MAX).unref();
    });
    const words = /^rookeryd ready (http:\/\/(\S+)) media udp:\/\/\S+:(\d+)$/.exec(await ready);
    if (words === null) throw new Error(`rookeryd did not start: ${await ready}`);
    [, this.address = '', this.listen = '', this.mediaPort = ''] = words;
  }
  // As a power cut.
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  async makePhone(terms: Json = {}): Promise<void> {
    const admin = { login: 'admin', password: this.password };
    const { token } = await this.call('POST', '/v1/login', admin);
    this.token = String(token);
    const { organization } = await this.call('GET', '/v1/me');
    const { id } = await this.call('POST', '/v1/phones', {
      organization, name: 'first', ...terms,
    });
    this.phone = String(id).replace('phone/', '/v1/phones/');
    // Only a phone that belongs to somebody starts.
    const { id: user } = await this.call('POST', '/v1/users', {
      organization, role: 'member', login: 'member', password: randomBytes(12).toString('hex'),
    });
    await this.call('POST', `${this.phone}/bind`, { user });
    await this.call('POST', `${this.phone}/start`, {});
    await waitFor('the phone runs', PHONE_MS_MAX, async () =>
      (await this.call('GET', this.phone))['phase'] === 'running');
  }
  async makeLink(terms: Json): Promise<{ id: string; url: string }> {
    const link = await this.call('POST', `${this.phone}/links`, terms);
    return { id: String(link['link_id']), url: String(link['url']) };
  }
  async call(method: string, path: string, body?: Json): Promise<Json> {
    const response = await fetch(this.address + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(this.token === '' ? {} : { Authorization: `Bearer ${this.token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Json);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process } = this;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill(signal);
    setTimeout(() => process.kill('SIGKILL'), STOP_MS_MAX).unref();
    await ended;
  }
}
