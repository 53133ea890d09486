// A viewer's end of a stream session: the way of a frame backwards, and input forwards. The C++
// twin is media/client/stream_client.cc.
import type { Agreement, ChannelInitiator } from '../secure/secure_channel';
import type { InputEvent } from '../wire/inputs';
import {
  decodeMessage, encodeMessage, type Codec, type Message, type VideoFragment, type Watchers,
} from '../wire/messages';
import { ClipboardAnswer, type Copied } from './clipboard_answer';
import { nowUs } from './clock';
import { PictureDecoder } from './decoder';
import { HostClock } from './host_clock';
import { InputSender } from './input_sender';
import { Reassembler, type WholeFrame } from './reassembler';
import type { StreamFigures } from './stream_figures';
import type { Transport } from './transport';

const HANDSHAKE_RETRY_MS = 200;
const KEEP_ALIVE_MS = 2_000;
const SILENCE_US = 6_000_000;
const PROBE_MS = 1_500;
const FEEDBACK_US = 100_000;
const KEY_REQUEST_US = 100_000;
// Beyond it, inputs wait here, where moves that are overtaken cost nothing.
const BACKLOG_BYTES_MAX = 16_384;
const BACKLOG_RETRY_MS = 20;

export interface StreamCallbacks {
  // The handshake is done; nothing is seen yet.
  readonly onAgreed: () => void;
  // To draw; returns when it is drawn.
  readonly onPicture: (picture: VideoFrame) => void;
  readonly onWatchers: (watchers: Watchers) => void;
  // What was copied in the phone, as asked.
  readonly onCopied: (copied: Copied) => void;
  // We may only watch, and the host says so to who tries to touch.
  readonly onInputsRefused: () => void;
  // Inputs that were under way when the connection broke, and can not be known to have arrived.
  readonly onInputsLost: () => void;
  // This browser cannot decode what the host sends; nothing will be seen.
  readonly onUnsupported: (codec: Codec) => void;
  // Once, by either side, never after close(). With a reason when the host said goodbye.
  readonly onEnded: (reason?: string) => void;
}

export class StreamClient {
  private agreement: Agreement | undefined;
  private readonly reassembler = new Reassembler();
  private readonly decoder: PictureDecoder;
  private readonly clock = new HostClock();
  private readonly copied = new ClipboardAnswer();
  private readonly timers = new Set<number>();
  private ended = false;
  private heardUs = nowUs();
  private packetsReceived = 0;
  private keyRequestUs = 0;
  private feedbackUs = 0;
  private feedbackTimer = false;
  private inputTimer = false;
  private decoded: { frame: WholeFrame; atUs: number } | undefined;

  // The transport is open, and this client's own from now on. The inputs outlive it.
  constructor(private readonly transport: Transport, private readonly initiator: ChannelInitiator,
              private readonly inputs: InputSender, private readonly figures: StreamFigures,
              private readonly callbacks: StreamCallbacks) {
    inputs.pause();
    this.decoder = new PictureDecoder({
      onPicture: (picture, frame) => this.show(picture, frame),
      onLost: () => {
        this.reassembler.breakChain();
        this.repair();
      },
      onUnsupported: (codec) => this.callbacks.onUnsupported(codec),
    });
    transport.onPacket = (packet) => this.take(packet);
    transport.onClosed = () => this.end();
    this.knock();
    this.every(KEEP_ALIVE_MS, () => this.keepAlive());
  }

  // Reaches the guest once, in order, as long as the session lives. False: too much waits.
  send(event: InputEvent): boolean {
    const taken = this.inputs.push(event, nowUs());
    this.sendInputs();
    return taken;
  }
  // Only when a person asks.
  askForCopied(): void {
    this.sendMessage({ kind: 'clipboard_request' });
  }
  // The network may have changed under us: ends the stream soon unless the host answers.
  probe(): void {
    const askedUs = nowUs();
    if (this.agreement === undefined || this.ended) return;
    this.sendMessage({ kind: 'ping', sentUs: askedUs });
    this.after(PROBE_MS, () => {
      if (this.heardUs < askedUs) this.end();
    });
  }
  // Says goodbye, which ends the session for good.
  close(): void {
    if (this.ended) return;
    this.sendMessage({ kind: 'bye', reason: 'closed by the viewer' });
    this.stop();
  }
  // Says nothing: the session waits for its viewer to come back.
  leave(): void {
    if (!this.ended) this.stop();
  }

  private knock(): void {
    if (this.agreement !== undefined) return;
    this.transport.send(this.initiator.initiation);
    this.after(HANDSHAKE_RETRY_MS, () => this.knock());
  }
  private keepAlive(): void {
    if (nowUs() > this.heardUs + SILENCE_US) return this.end();
    if (this.agreement !== undefined) this.sendMessage({ kind: 'ping', sentUs: nowUs() });
  }

  private take(packet: Uint8Array): void {
    if (this.agreement === undefined) return this.takeResponse(packet);
    const plain = this.agreement.channel.open(packet);
    if (plain === undefined) return;
    const now = nowUs();
    this.heardUs = now;
    ++this.packetsReceived;
    this.figures.received(packet.length, now);
    const message = decodeMessage(plain);
    if (message !== undefined) this.takeMessage(message, now);
  }
  private takeResponse(packet: Uint8Array): void {
    this.agreement = this.initiator.readResponse(packet);
    if (this.agreement === undefined) return;
    this.heardUs = nowUs();
    // The first data packet proves that we hold the ticket's key; only then pictures come.
    this.sendMessage({ kind: 'ping', sentUs: nowUs() });
    this.callbacks.onAgreed();
  }
  private takeMessage(message: Message, now: number): void {
    switch (message.kind) {
      case 'video_fragment':
        this.takeFragment(message, now);
        break;
      case 'input_ack':
        if (this.inputs.acknowledge(message.upTo, now) > 0) this.callbacks.onInputsLost();
        this.sendInputs();
        this.figures.inputs(this.inputs.sent(), this.inputs.acknowledged());
        break;
      case 'ping':
        this.sendMessage({ kind: 'pong', sentUs: message.sentUs });
        this.clock.sawHostTime(message.sentUs, now);
        break;
      case 'pong':
        if (message.sentUs <= 0 || message.sentUs > now) break; // not a time of ours
        this.clock.sawRoundTrip(Math.max(1, now - message.sentUs));
        this.figures.roundTrip(this.clock.roundTripUs());
        break;
      case 'watchers':
        this.callbacks.onWatchers(message);
        break;
      case 'timings':
        this.figures.hostTook(message);
        break;
      case 'clipboard_part': {
        const copied = this.copied.add(message);
        if (copied !== undefined) this.callbacks.onCopied(copied);
        break;
      }
      case 'inputs_refused':
        this.callbacks.onInputsRefused();
        break;
      case 'bye':
        this.end(message.reason);
        break;
      default:
        break; // a viewer's own messages, which no host sends
    }
  }
  private takeFragment(fragment: VideoFragment, now: number): void {
    const frame = this.reassembler.add(fragment, now);
    if (frame !== undefined) this.decoder.decode(frame);
    this.figures.frameLost(this.reassembler.framesLost());
    this.repair();
    if (this.feedbackTimer) return;
    this.feedbackTimer = true;
    this.after(FEEDBACK_US / 1000, () => {
      this.feedbackTimer = false;
      if (nowUs() >= this.feedbackUs + FEEDBACK_US) this.giveFeedback();
    });
  }

  private show(picture: VideoFrame, frame: WholeFrame): void {
    this.decoded = { frame, atUs: nowUs() };
    // First, as the host may send more before we draw.
    this.giveFeedback();
    try {
      this.callbacks.onPicture(picture);
    } finally {
      picture.close();
    }
    const captured = this.clock.toLocal(frame.capturedUs);
    this.figures.drew(frame, this.decoder.codec(), captured, this.decoded.atUs, nowUs());
  }
  private giveFeedback(): void {
    const now = nowUs();
    this.feedbackUs = now;
    this.sendMessage({
      kind: 'feedback',
      lastFrameId: this.decoded?.frame.frameId ?? 0,
      lastCapturedUs: this.decoded?.frame.capturedUs ?? 0,
      heldUs: this.decoded === undefined ? 0 : Math.min(now - this.decoded.atUs, 0xffffffff),
      framesLost: this.reassembler.framesLost(),
      packetsReceived: this.packetsReceived,
      highestCounter: this.agreement?.channel.highestCounter() ?? 0,
    });
  }
  private repair(): void {
    const now = nowUs();
    if (!this.reassembler.needsKeyFrame() || now < this.keyRequestUs + KEY_REQUEST_US) return;
    this.keyRequestUs = now;
    this.sendMessage({ kind: 'keyframe_request', afterFrameId: this.reassembler.lastFrameId() });
    this.after(KEY_REQUEST_US / 1000 + 1, () => this.repair());
  }

  private sendInputs(): void {
    if (this.agreement === undefined || this.inputTimer || this.ended) return;
    while (this.transport.backlogBytes() < BACKLOG_BYTES_MAX) {
      const batch = this.inputs.takeBatch();
      if (batch === undefined) return;
      this.sendMessage(batch);
    }
    this.inputTimer = true;
    this.after(BACKLOG_RETRY_MS, () => {
      this.inputTimer = false;
      this.sendInputs();
    });
  }
  private sendMessage(message: Message): void {
    if (this.agreement === undefined || this.ended) return;
    const packet = this.agreement.channel.seal(encodeMessage(message));
    this.transport.send(packet);
    this.figures.sent(packet.length);
  }

  private end(reason?: string): void {
    if (this.ended) return;
    this.stop();
    this.callbacks.onEnded(reason);
  }
  private stop(): void {
    this.ended = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.decoder.close();
    this.transport.close();
  }
  private after(delayMs: number, then: () => void): void {
    const timer = window.setTimeout(() => {
      this.timers.delete(timer);
      then();
    }, delayMs);
    this.timers.add(timer);
  }
  private every(delayMs: number, then: () => void): void {
    this.after(delayMs, () => {
      then();
      if (!this.ended) this.every(delayMs, then);
    });
  }
}
