// The buttons under the picture.
import type { KeyboardInput } from '../input/keyboard_input';
import { keysymOfNamedKey } from '../input/keysyms';
import type { PointerInput } from '../input/pointer_input';
import type { Screen } from '../screen/screen';
import { label, text } from '../text/language';
import { Disclosure } from './disclosure';
import { element } from './elements';

const AWAKE_MS = 2_500;

export class Tools {
  private readonly app = element('app', HTMLElement);
  private readonly typing = element('typing', HTMLTextAreaElement);
  private readonly full = element('tool-full', HTMLButtonElement);
  private readonly keyboardButton = element('tool-keyboard', HTMLButtonElement);
  private readonly moveButton = element('tool-move', HTMLButtonElement);
  private readonly zoomButton = element('tool-zoom', HTMLButtonElement);
  private sleep = 0;

  constructor(private readonly screen: Screen, private readonly pointer: PointerInput,
              keyboard: KeyboardInput) {
    new Disclosure(element('tool-settings', HTMLButtonElement), element('settings', HTMLElement));
    this.leaveFocus();
    this.on('tool-back', () => keyboard.tap(keysymOfNamedKey('Escape')));
    this.on('tool-rotate', () => screen.turn());
    this.on('tool-zoom', () => screen.nextZoom());
    this.on('tool-move', () => this.setMoving(this.moveButton.ariaPressed !== 'true'));
    this.on('tool-full', () => this.toggleFullScreen());
    this.initKeyboardButton();
    this.full.hidden = !document.fullscreenEnabled;
    document.addEventListener('fullscreenchange', () => this.refresh());
    // What touches or drags on the picture is the phone's, not for the tools over it.
    this.app.addEventListener('pointermove', (event) => {
      if (event.buttons === 0 || event.target !== screen.canvas) this.wake();
    });
    document.addEventListener('fullscreenchange', () => this.wake());
    this.on('tool-wake', () => this.wake());
    screen.onZoom = () => this.refresh();
  }

  setControl(control: boolean): void {
    element('tool-back', HTMLButtonElement).disabled = !control;
    this.keyboardButton.disabled = !control;
  }
  // What depends on states and on the language.
  refresh(): void {
    const isFull = document.fullscreenElement !== null;
    this.full.setAttribute('aria-pressed', String(isFull));
    label(this.full, text(isFull ? 'full_screen_leave' : 'full_screen'));
    const zoom = this.screen.zoom();
    label(this.zoomButton, text('zoom', { percent: Math.round(100 * zoom) }));
    this.moveButton.hidden = zoom <= 1;
    if (zoom <= 1) this.setMoving(false);
  }

  // On glass the browser's own keyboard comes up; elsewhere the picture gets the keys.
  private initKeyboardButton(): void {
    // The field must not lose the focus to the button before the button decides.
    this.keyboardButton.addEventListener('pointerdown', (event) => event.preventDefault());
    this.on('tool-keyboard', () => {
      if (this.typing.inputMode === 'text' && document.activeElement === this.typing) {
        this.typing.blur();
        return;
      }
      this.typing.blur();
      this.typing.inputMode = 'text';
      this.typing.focus({ preventScroll: true });
      this.keyboardButton.setAttribute('aria-pressed', 'true');
    });
    this.typing.addEventListener('blur', () => {
      this.typing.inputMode = 'none';
      this.keyboardButton.setAttribute('aria-pressed', 'false');
    });
  }
  // Who copies or zooms in the middle of typing goes on typing: a press takes no focus.
  private leaveFocus(): void {
    for (const name of ['back', 'copy', 'full', 'move', 'rotate', 'zoom']) {
      const button = element(`tool-${name}`, HTMLButtonElement);
      button.addEventListener('pointerdown', (event) => event.preventDefault());
    }
  }
  private setMoving(moving: boolean): void {
    this.moveButton.setAttribute('aria-pressed', String(moving));
    this.pointer.setPanning(moving);
  }
  private toggleFullScreen(): void {
    // A browser may refuse; then nothing changes.
    const change = document.fullscreenElement === null
      ? this.app.requestFullscreen({ navigationUI: 'hide' })
      : document.exitFullscreen();
    void change.catch(() => undefined);
  }
  private wake(): void {
    this.app.classList.add('awake');
    clearTimeout(this.sleep);
    this.sleep = window.setTimeout(() => this.app.classList.remove('awake'), AWAKE_MS);
  }
  private on(id: string, then: () => void): void {
    element(id, HTMLButtonElement).addEventListener('click', then);
  }
}
