// Somebody between a browser and the server who ends the TLS: reads all that passes, and may change
// what the server answers.
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Json } from './rookeryd_node';

type Change = (answer: Json) => Json;

export class Between {
  // All that passed, both ways, a character for each byte.
  seen = '';
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly target: URL, private readonly change: Change) {
    this.server = createServer((asked, answer) => {
      void this.pass(asked).then(({ status, headers, body }) => {
        answer.writeHead(status, headers);
        answer.end(body);
      }, () => answer.destroy());
    });
    this.server.on('connection', (socket) => this.keep(socket));
    this.server.on('upgrade', (asked: IncomingMessage, socket: Socket, head: Buffer) => {
      const onward = this.keep(connect(Number(target.port), target.hostname));
      const { rawHeaders: raw } = asked;
      const lines = raw.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${raw[i + 1] ?? ''}`] : []));
      onward.write(`GET ${asked.url ?? ''} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      for (const [from, to] of [[socket, onward], [onward, socket]] as const) {
        from.on('data', (bytes: Buffer) => {
          this.note(bytes);
          to.write(bytes);
        });
        from.on('close', () => to.destroy());
      }
    });
  }
  static async before(address: string, change: Change = (answer) => answer): Promise<Between> {
    const between = new Between(new URL(address), change);
    await new Promise<void>((resolve) => between.server.listen(0, '127.0.0.1', resolve));
    return between;
  }
  // The same link, by this way.
  through(url: string): string {
    const { port } = this.server.address() as AddressInfo;
    return url.replace(this.target.host, `127.0.0.1:${port}`);
  }
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private async pass(asked: IncomingMessage):
    Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
    const sent = await bytesOf(asked);
    this.note(Buffer.from(`${asked.url ?? ''}\n${asked.rawHeaders.join('\n')}\n`));
    this.note(sent);
    const headers = { ...asked.headers, 'accept-encoding': 'identity' };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { hostname: host, port } = this.target;
      request({ host, port, path: asked.url, method: asked.method, headers }, resolve)
        .on('error', reject).end(sent);
    });
    let body = await bytesOf(answer);
    this.note(Buffer.from(answer.rawHeaders.join('\n')));
    this.note(body);
    if (answer.headers['content-type'] === 'application/json') {
      const changed = this.change(JSON.parse(body.toString()) as Json);
      body = Buffer.from(JSON.stringify(changed));
    }
    const kept = ['content-type', 'content-security-policy', 'cache-control'];
    const told = kept.flatMap((name) => {
      const value = answer.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return { status: answer.statusCode ?? 502, headers: Object.fromEntries(told), body };
  }
  private note(bytes: Buffer): void {
    this.seen += bytes.toString('latin1');
  }
  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  }
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
