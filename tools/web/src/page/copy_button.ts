// What was copied in the phone, to this device's clipboard. Only on a press: browsers demand it,
// and so would anybody.
import type { Copied } from '../stream/clipboard_answer';
import { label, text } from '../text/language';
import { element } from './elements';
import { say } from './message';

export class CopyButton {
  private readonly button = element('tool-copy', HTMLButtonElement);
  private allowed = true;

  constructor(ask: () => Promise<Copied>) {
    this.button.addEventListener('click', () => {
      if (!this.allowed) return say('copy_refused');
      const copied = ask();
      this.write(copied).then(
        () => say('copy_done'),
        async () => {
          const { kind } = await copied;
          say(kind === 'text' ? 'copy_forbidden' : `copy_${kind}`);
        },
      );
    });
  }
  setAllowed(allowed: boolean): void {
    this.allowed = allowed;
    this.refresh();
  }
  // One that says why it does nothing must be reachable.
  refresh(): void {
    this.button.setAttribute('aria-disabled', String(!this.allowed));
    label(this.button, text(this.allowed ? 'copy' : 'copy_not_allowed'));
  }

  // Browsers let only a press write, and take a promise for what is still on its way.
  private async write(copied: Promise<Copied>): Promise<void> {
    const words = copied.then((answer) => {
      if (answer.kind !== 'text') throw new Error(answer.kind);
      return new Blob([answer.text], { type: 'text/plain' });
    });
    words.catch(() => undefined);
    return navigator.clipboard.write([new ClipboardItem({ 'text/plain': words })]);
  }
}
