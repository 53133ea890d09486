// A WebSocket whose binary messages are one packet each, or a bundle of them from the host.
import type { Bytes } from '../wire/bytes';

export interface Transport {
  readonly opened: Promise<void>; // or closed before it was open
  onPacket: (packet: Uint8Array) => void;
  onClosed: () => void; // once, unless close() was called
  send(packet: Bytes): void;
  isOpen(): boolean;
  // Bytes that wait for the network.
  backlogBytes(): number;
  close(): void;
}

// The one of this page's own server.
export function openWebSocket(): Transport {
  const url = new URL('/v1/stream', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return new WebSocketTransport(new WebSocket(url));
}

const BUNDLE = 5;

// A bundle that is cut short gives what is whole of it.
export function packetsOf(message: Uint8Array): Uint8Array[] {
  if (message[0] !== BUNDLE) return [message];
  const packets: Uint8Array[] = [];
  for (let at = 1; at + 2 <= message.length;) {
    const end = at + 2 + ((message[at] ?? 0) | ((message[at + 1] ?? 0) << 8));
    if (end > message.length) break;
    packets.push(message.subarray(at + 2, end));
    at = end;
  }
  return packets;
}

class WebSocketTransport implements Transport {
  readonly opened: Promise<void>;
  onPacket: (packet: Uint8Array) => void = () => undefined;
  onClosed: () => void = () => undefined;

  constructor(private readonly socket: WebSocket) {
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer)) return;
      for (const packet of packetsOf(new Uint8Array(data))) this.onPacket(packet);
    };
    this.opened = new Promise((resolve) => {
      socket.onopen = () => resolve();
      socket.onclose = () => {
        resolve();
        this.onClosed();
      };
    });
  }

  send(packet: Bytes): void {
    if (this.isOpen()) this.socket.send(packet);
  }
  isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }
  backlogBytes(): number {
    return this.socket.bufferedAmount;
  }
  close(): void {
    this.onPacket = this.onClosed = () => undefined;
    this.socket.close();
  }
}
