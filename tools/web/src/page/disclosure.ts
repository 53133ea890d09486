// A button and the panel that it opens. Escape and a press elsewhere close it.
export class Disclosure {
  constructor(private readonly button: HTMLButtonElement, private readonly panel: HTMLElement) {
    button.addEventListener('click', () => this.show(panel.hidden !== false));
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || panel.hidden) return;
      event.stopPropagation();
      this.show(false);
      button.focus();
    };
    panel.addEventListener('keydown', escape);
    button.addEventListener('keydown', escape);
    addEventListener('pointerdown', ({ target }) => {
      const inside = target instanceof Node && (panel.contains(target) || button.contains(target));
      if (!inside) this.show(false);
    });
  }

  private show(shown: boolean): void {
    this.panel.hidden = !shown;
    this.button.setAttribute('aria-expanded', String(shown));
  }
}
