// One link's phone on the page: wires the connection, the screen, the hands and the figures, and
// does nothing else.
import type { Admission, BusyReason } from '../connection/admission';
import { Connection } from '../connection/connection';
import type { Link } from '../connection/link';
import { KeyboardInput } from '../input/keyboard_input';
import { PointerInput } from '../input/pointer_input';
import { Screen } from '../screen/screen';
import { StreamFigures } from '../stream/stream_figures';
import { label, text } from '../text/language';
import type { InputEvent } from '../wire/inputs';
import { askForPassword, hideCard, showRefusal, type CardKind } from './card';
import { element, setText } from './elements';
import { CopyButton } from './copy_button';
import { LiveBar, type LiveState } from './live_bar';
import { say } from './message';
import { Tools } from './tools';

export class PhoneView {
  private readonly stage = element('stage', HTMLElement);
  private readonly typing = element('typing', HTMLTextAreaElement);
  private readonly screen = new Screen(this.stage, element('screen', HTMLCanvasElement));
  private readonly bar = new LiveBar(new StreamFigures());
  private readonly pointer: PointerInput;
  private readonly tools: Tools;
  private readonly copy = new CopyButton(async () =>
    (await this.connection?.copied()) ?? { kind: 'no_answer' });
  private connection: Connection | undefined;
  private admission: Admission | undefined;
  private state: LiveState = 'connecting';
  private busy: BusyReason | undefined;
  private pressing = false;
  private seen = false; // a picture of the stream that is live

  constructor() {
    const send = (event: InputEvent): void => {
      if (this.admission?.control === false) return say('view_only_hint');
      if (this.state === 'live') this.connection?.send(event);
      else if (this.seen) say('inputs_lost');
    };
    this.pointer = new PointerInput(this.screen, send, () => this.focusTyping());
    const keyboard = new KeyboardInput(this.typing, {
      send,
      leave: () => element('tool-keyboard', HTMLButtonElement).focus(),
      onComposing: (words) => this.showComposing(words),
      mayPaste: () => this.admission?.clipboard.in === true,
      onCut: (taken, total) => say('paste_cut', { taken, total }),
      onPasteRefused: () => say('paste_refused'),
    });
    this.tools = new Tools(this.screen, this.pointer, keyboard);
    this.showKeyboardFocus();
  }

  open(link: Link): void {
    this.forget();
    hideCard();
    const figures = new StreamFigures();
    this.bar.begin(figures);
    this.setState('connecting');
    this.refresh();
    this.connection = new Connection(link, figures, {
      onAdmitted: (admission) => this.admitted(admission),
      onAgreed: (fingerprints) => this.bar.setFingerprints(fingerprints),
      onPicture: (picture) => {
        this.screen.draw(picture);
        if (this.state !== 'live') this.setState('live');
      },
      onWatchers: (watchers) => this.bar.setWatchers(watchers),
      onInputsRefused: () =>
        say(this.admission?.control === false ? 'view_only_hint' : 'paste_refused'),
      onInputsLost: () => say('inputs_lost'),
      onBroken: (busy) => this.broken(busy),
      askPassword: askForPassword,
      onOver: (why) => this.over(why),
      onUnsupported: (codec) => this.over('no_codec', { codec }),
    });
  }
  // After a change of language.
  refresh(): void {
    this.bar.build();
    this.tools.refresh();
    this.copy.refresh();
    this.showState();
    const name = this.admission?.phoneName ?? '';
    setText(element('phone-name', HTMLElement), name === '' ? text('title') : name);
    label(this.screen.canvas, text(this.admission?.control === false
      ? 'screen_label_view' : 'screen_label', { name }));
  }

  // Whoever opens a link sees nothing of the one before.
  private forget(): void {
    this.connection?.close();
    this.admission = undefined;
    this.busy = undefined;
    this.seen = false;
    this.pointer.forget();
    this.showComposing('');
    this.screen.clear();
    element('view-only', HTMLElement).hidden = true;
    document.title = 'Rookery';
  }
  private admitted(admission: Admission): void {
    this.admission = admission;
    this.screen.setSize({ width: admission.widthPx, height: admission.heightPx });
    this.bar.setAdmission(admission);
    this.tools.setControl(admission.control);
    this.copy.setAllowed(admission.clipboard.out);
    element('view-only', HTMLElement).hidden = admission.control;
    this.typing.disabled = !admission.control;
    document.title = `${admission.phoneName} · Rookery`;
    this.refresh();
  }
  private broken(busy?: BusyReason): void {
    this.busy = busy;
    // What lay down when the connection broke will be lifted into nothing.
    if (this.pointer.forget() && this.seen) say('inputs_lost');
    this.setState(this.seen ? 'reconnecting' : 'connecting');
  }
  private over(why: CardKind, values?: Readonly<Record<string, string>>): void {
    this.connection = undefined;
    if (document.fullscreenElement !== null) void document.exitFullscreen();
    this.screen.clear();
    showRefusal(why, values);
  }
  private setState(state: LiveState): void {
    this.state = state;
    if (state === 'live') {
      this.seen = true;
      this.busy = undefined;
    }
    this.bar.setState(state);
    this.showState();
  }
  private showState(): void {
    this.stage.classList.toggle('stale', this.state === 'reconnecting');
    element('notice', HTMLElement).hidden = this.state === 'live';
    const words = this.state === 'reconnecting' ? 'reconnecting_long' : 'connecting';
    setText(element('notice-text', HTMLElement), text(this.busy ?? words));
  }

  private focusTyping(): void {
    this.pressing = true;
    if (document.activeElement !== this.typing) this.typing.focus({ preventScroll: true });
    this.pressing = false;
  }
  // Who comes with the keyboard sees where the keys go; who pressed the picture knows.
  private showKeyboardFocus(): void {
    const hint = element('typing-hint', HTMLElement);
    const show = (shown: boolean): void => {
      hint.hidden = !shown;
      this.stage.classList.toggle('typed', shown);
    };
    this.typing.addEventListener('focus', () => show(!this.pressing));
    this.typing.addEventListener('blur', () => show(false));
  }
  private showComposing(words: string): void {
    const shown = element('composing', HTMLElement);
    shown.hidden = words === '';
    setText(shown, words);
  }
}
