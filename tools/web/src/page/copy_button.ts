// What was copied in the phone, to this device's clipboard. Only on a press: browsers demand it,
// and so would anybody.
import type { Copied } from '../stream/clipboard_answer';
import { element } from './elements';
import { say } from './message';

export class CopyButton {
  private readonly button = element('tool-copy', HTMLButtonElement);

  constructor(ask: () => Promise<Copied>) {
    this.button.addEventListener('click', () => {
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
    this.button.disabled = !allowed;
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
