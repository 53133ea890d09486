// Keeps a phone's stream open: the link's session, the media connection, and again after a break.
import { isHostOf, mediaKey, serverFingerprint, sessionFingerprint } from '../secure/link_keys';
import { ChannelInitiator } from '../secure/secure_channel';
import { sodiumReady } from '../secure/sodium';
import type { Copied } from '../stream/clipboard_answer';
import { nowUs } from '../stream/clock';
import { InputSender } from '../stream/input_sender';
import { StreamClient, type StreamCallbacks } from '../stream/stream_client';
import type { StreamFigures } from '../stream/stream_figures';
import { openWebSocket, type Transport } from '../stream/transport';
import type { InputEvent } from '../wire/inputs';
import type { Codec, Watchers } from '../wire/messages';
import {
  openLink, resumeSession, type Admission, type Answer, type BusyReason, type FinalRefusal,
} from './admission';
import type { Link } from './link';
import { RetryPause } from './retry_pause';

const STREAM_OPEN_MS_MAX = 8_000;
const COPIED_MS_MAX = 5_000;
// A stream that lived so long worked; one that breaks sooner must not be tried without a pause.
const WORKED_US_MIN = 3_000_000;

// For people to compare with what the server's people see.
export interface Fingerprints {
  readonly session: string;
  readonly server: string | undefined; // a link of the older form does not say
}

export interface ConnectionCallbacks {
  readonly onAdmitted: (admission: Admission) => void;
  readonly onAgreed: (fingerprints: Fingerprints) => void;
  readonly onPicture: (picture: VideoFrame) => void;
  readonly onWatchers: (watchers: Watchers) => void;
  readonly onInputsRefused: () => void;
  readonly onInputsLost: () => void;
  // The stream broke, or does not come yet; it is tried again by itself.
  readonly onBroken: (busy?: BusyReason) => void;
  // Asks a person; resolves to the password.
  readonly askPassword: (wrong: boolean) => Promise<string>;
  // It makes no sense to try again; nor in this browser.
  readonly onOver: (why: FinalRefusal) => void;
  readonly onUnsupported: (codec: Codec) => void;
}

export class Connection {
  private stream: StreamClient | undefined;
  private admission: Admission | undefined;
  private readonly inputs = new InputSender();
  private readonly pause = new RetryPause();
  private readonly visit = randomName();
  private closed = false;
  private endWatch: () => void = () => undefined;
  private endCopy: (copied: Copied) => void = () => undefined;

  constructor(private readonly link: Link, private readonly figures: StreamFigures,
              private readonly callbacks: ConnectionCallbacks) {
    void this.keepOpen();
    addEventListener('online', this.onChange);
    addEventListener('pageshow', this.onChange);
    addEventListener('pagehide', this.onHide);
    document.addEventListener('visibilitychange', this.onChange);
    networkInformation()?.addEventListener('change', this.onChange);
  }

  // Dropped while the stream is broken: what a person did then must not happen later.
  send(event: InputEvent): void {
    if (this.admission?.control !== true) return;
    if (this.stream?.send(event) === false) this.callbacks.onInputsLost();
  }
  // What was copied in the phone. Only when a person asks.
  copied(): Promise<Copied> {
    this.endCopy({ kind: 'no_answer' });
    return new Promise((resolve) => {
      this.endCopy = resolve;
      setTimeout(() => resolve({ kind: 'no_answer' }), COPIED_MS_MAX);
      if (this.stream === undefined) resolve({ kind: 'no_answer' });
      else this.stream.askForCopied();
    });
  }
  close(): void {
    this.closed = true;
    removeEventListener('online', this.onChange);
    removeEventListener('pageshow', this.onChange);
    removeEventListener('pagehide', this.onHide);
    document.removeEventListener('visibilitychange', this.onChange);
    networkInformation()?.removeEventListener('change', this.onChange);
    this.pause.cut();
    this.stream?.close();
    this.endWatch();
  }

  // The network, the address or the machine's sleep may have changed what works.
  private readonly onChange = (): void => {
    if (document.hidden) return;
    this.pause.cut();
    this.stream?.probe();
  };
  // The tab goes for good, or into the browser's cache, from where it comes back by a resume.
  private readonly onHide = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.stream?.leave();
    else this.stream?.close();
    this.endWatch();
  };

  private async keepOpen(): Promise<void> {
    let password: string | undefined;
    while (!this.closed) {
      const transport = openWebSocket(); // beside the question, as each takes a round trip
      const answer = await this.ask(password);
      if (this.closed) return transport.close();
      if (answer.kind === 'admitted') {
        if (!this.isTrue(answer.admission)) {
          transport.close();
          return this.over('host_untrusted');
        }
        this.admission = answer.admission;
        this.callbacks.onAdmitted(answer.admission);
        await this.watch(transport, answer.admission);
      } else {
        transport.close();
        if (answer.kind === 'final') return this.over(answer.code);
        if (answer.kind === 'password') {
          password = await this.callbacks.askPassword(answer.wrong);
          continue;
        }
      }
      if (this.closed) return;
      this.callbacks.onBroken(answer.kind === 'busy' ? answer.why : undefined);
      await this.pause.wait();
    }
  }
  private async ask(password?: string): Promise<Answer> {
    if (!await isSodiumReady()) return { kind: 'unreachable' };
    return this.admission === undefined
      ? openLink(this.link, this.visit, password)
      : resumeSession(this.link, this.admission);
  }
  // Else somebody in between put another host in place of the link's.
  private isTrue({ ticket: { hostPublicKey, hostSigner, hostSignature } }: Admission): boolean {
    return this.link.server === '' ||
      isHostOf(this.link.server, hostPublicKey, hostSigner, hostSignature);
  }
  private over(code: FinalRefusal): void {
    this.close();
    this.callbacks.onOver(code);
  }

  // Resolves when the stream is over.
  private async watch(transport: Transport, admission: Admission): Promise<void> {
    const { name, ticket, hostPublicKey } = admission.ticket;
    const { secret } = this.link;
    const key = mediaKey(secret, admission.sessionId, name);
    const initiator = ChannelInitiator.make(hostPublicKey, ticket, key);
    const fingerprints = {
      session: sessionFingerprint(secret, admission.sessionId, hostPublicKey),
      server: serverFingerprint(this.link.server),
    };
    await Promise.race([transport.opened, after(STREAM_OPEN_MS_MAX)]);
    // It may have opened and closed again while the answer was awaited.
    if (initiator === undefined || !transport.isOpen() || this.closed) return transport.close();
    this.figures.newStream();
    const beganUs = nowUs();
    await new Promise<void>((resolve) => {
      this.endWatch = resolve;
      const callbacks: StreamCallbacks = {
        onAgreed: () => this.callbacks.onAgreed(fingerprints),
        onPicture: this.callbacks.onPicture,
        onWatchers: this.callbacks.onWatchers,
        onCopied: (copied) => this.endCopy(copied),
        onInputsRefused: this.callbacks.onInputsRefused,
        onInputsLost: this.callbacks.onInputsLost,
        onUnsupported: (codec) => {
          if (this.closed) return;
          this.close();
          this.callbacks.onUnsupported(codec);
        },
        onEnded: (reason) => {
          if (reason !== undefined) this.pause.hurry();
          resolve();
        },
      };
      this.stream = new StreamClient(transport, initiator, this.inputs, this.figures, callbacks);
    });
    this.stream = undefined;
    if (nowUs() > beganUs + WORKED_US_MIN) this.pause.reset();
  }
}

function randomName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// False: its file did not arrive.
function isSodiumReady(): Promise<boolean> {
  return sodiumReady().then(() => true, () => false);
}

function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

// Not in every browser, and not in TypeScript's library.
function networkInformation(): EventTarget | undefined {
  return (navigator as { connection?: EventTarget }).connection;
}
