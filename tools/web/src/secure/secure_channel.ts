// Sealed packets between a viewer and a host; the C++ twin is media/secure_channel.h, the bit
// layout stands in media/PIPELINE.md. Nothing here knows sockets or time.
import { ByteReader, ByteWriter, concat, type Bytes } from '../wire/bytes';
import { makeKeyPair, type KeyPair } from './key_pair';
import {
  NoiseHandshake, openWithCounter, sealWithCounter, TAG_BYTES, type TransportKeys,
} from './noise';
import { ReplayWindow } from './replay_window';

const PACKET_BYTES_MAX = 1200;
const DATA_HEADER_BYTES = 16;
export const PLAIN_BYTES_MAX = PACKET_BYTES_MAX - DATA_HEADER_BYTES - TAG_BYTES;
const RESPONSE_BYTES = 60;
const PROTOCOL_VERSION = 1;
// Binds a handshake to this protocol: another one's messages cannot be replayed here.
const PROLOGUE: Bytes = new TextEncoder().encode('rookery media');
const NONE: Bytes = new Uint8Array(0);

type PacketKind = 'response' | 'data';

// Looks at a packet's first bytes and length only; nothing for what cannot be for a viewer.
export function packetKind(packet: Uint8Array): PacketKind | undefined {
  if (packet.length > PACKET_BYTES_MAX) return undefined;
  if (packet[1] !== 0 || packet[2] !== 0 || packet[3] !== 0) return undefined;
  if (packet[0] === 2 && packet.length === RESPONSE_BYTES) return 'response';
  if (packet[0] === 4 && packet.length >= DATA_HEADER_BYTES + TAG_BYTES) return 'data';
  return undefined;
}

function header(kind: number): ByteWriter {
  return new ByteWriter().u8(kind).u8(0).u8(0).u8(0);
}

// A channel whose keys are known.
export class SecureChannel {
  private nextCounter = 0;
  private readonly window = new ReplayWindow();

  constructor(private readonly keys: TransportKeys, private readonly localIndex: number,
              private readonly remoteIndex: number) {}

  // `plain` has at most PLAIN_BYTES_MAX bytes.
  seal(plain: Bytes): Bytes {
    const counter = this.nextCounter++;
    const head = header(4).u32(this.remoteIndex).u64(counter).result();
    return concat(head, sealWithCounter(this.keys.send, counter, NONE, plain));
  }
  // Nothing for a forged, damaged, replayed or foreign packet; the state is then unchanged.
  open(packet: Uint8Array): Bytes | undefined {
    if (packetKind(packet) !== 'data') return undefined;
    const reader = new ByteReader(packet.subarray(4, DATA_HEADER_BYTES));
    if (reader.u32() !== this.localIndex) return undefined;
    const counter = reader.u64();
    if (!reader.done()) return undefined;
    const sealed = packet.subarray(DATA_HEADER_BYTES);
    const plain = openWithCounter(this.keys.receive, counter, NONE, sealed);
    return plain !== undefined && this.window.accept(counter) ? plain : undefined;
  }
  highestCounter(): number {
    return this.window.highest();
  }
}

export interface Agreement {
  readonly channel: SecureChannel;
  // Says which handshake this was: both sides compute the same, nobody else can (section 11.2).
  readonly handshakeHash: Bytes;
}

// The viewer's side of the handshake. A retry sends `initiation` again, the same bytes.
export class ChannelInitiator {
  readonly initiation: Bytes;

  // Nothing when the host's public key is none.
  static make(hostPublicKey: Bytes, ticket: Bytes, ticketKey: Bytes,
              own: KeyPair = makeKeyPair()): ChannelInitiator | undefined {
    const handshake = NoiseHandshake.initiator(own, hostPublicKey, PROLOGUE);
    const payload = new ByteWriter().u16(PROTOCOL_VERSION).put(ticket).result();
    const message = handshake.writeFirst(payload);
    return message && new ChannelInitiator(handshake, ticketKey, message);
  }

  private readonly localIndex = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

  private constructor(private readonly handshake: NoiseHandshake,
                      private readonly ticketKey: Bytes, message: Bytes) {
    this.initiation = header(1).u32(this.localIndex).put(message).result();
  }

  // The response to our initiation; nothing for anything else (which may be a forgery: go on).
  readResponse(packet: Uint8Array): Agreement | undefined {
    if (packetKind(packet) !== 'response') return undefined;
    const reader = new ByteReader(packet.subarray(4));
    const remoteIndex = reader.u32();
    if (reader.u32() !== this.localIndex) return undefined;
    // On a copy: a forged response must not spoil the handshake for the true one.
    const handshake = this.handshake.copy();
    if (handshake.readSecond(reader.rest(), this.ticketKey) === undefined) return undefined;
    return {
      channel: new SecureChannel(handshake.split(), this.localIndex, remoteIndex),
      handshakeHash: handshake.handshakeHash(),
    };
  }
}
