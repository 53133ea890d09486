// The figures of the stream: few in the bar, all in the panel that it opens.
import type { Admission } from '../connection/admission';
import type { Fingerprints } from '../connection/connection';
import { nowUs } from '../stream/clock';
import { STAGES } from '../stream/stage_latency';
import type { FiguresView, StreamFigures } from '../stream/stream_figures';
import { bitsPerSecond, bytes, milliseconds } from '../text/amounts';
import { text } from '../text/language';
import type { TextKey } from '../text/english';
import type { Watcher, Watchers } from '../wire/messages';
import { element, made, setText } from './elements';
import { Disclosure } from './disclosure';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

// Of the stage "host", as the host tells them.
const HOST_STEPS = ['host_wait', 'host_convert', 'host_encode', 'host_send'] as const;
const REFRESH_MS = 1_000;

export class LiveBar {
  private state: LiveState = 'connecting';
  private admission: Admission | undefined;
  private fingerprints: Fingerprints | undefined;
  private watchers: Watchers | undefined;
  private readonly panel = element('figures', HTMLElement);
  private readonly values = new Map<string, HTMLElement>();

  constructor(private figures: StreamFigures) {
    new Disclosure(element('figures-button', HTMLButtonElement), this.panel);
    element('figures-button', HTMLButtonElement).addEventListener('click', () => this.refresh());
    this.build();
    setInterval(() => {
      if (!document.hidden) this.refresh();
    }, REFRESH_MS);
  }

  // Another link's stream: nothing of the one before stays.
  begin(figures: StreamFigures): void {
    this.figures = figures;
    this.admission = undefined;
    this.fingerprints = undefined;
    this.watchers = undefined;
    this.refresh();
  }
  setState(state: LiveState): void {
    this.state = state;
    this.refresh();
  }
  setAdmission(admission: Admission): void {
    this.admission = admission;
    this.refresh();
  }
  // A person may compare them with `rookery session show` and `rookery link show`.
  setFingerprints(fingerprints: Fingerprints): void {
    this.fingerprints = fingerprints;
    this.refresh();
  }
  setWatchers(watchers: Watchers): void {
    this.watchers = watchers;
    this.refresh();
  }
  // After a change of language too.
  build(): void {
    this.values.clear();
    const bar = made('div', '', 'stages');
    bar.setAttribute('aria-hidden', 'true');
    bar.append(...STAGES.map((stage) =>
      this.value(`bar_${stage}`, made('span', '', `of-${stage}`))));
    const latency = this.rows(['latency_usual', 'latency_p95', 'stage_host', ...HOST_STEPS,
                               ...stageKeys(), 'round_trip']);
    for (const step of HOST_STEPS) {
      latency.querySelector(`[data-row=${step}]`)?.classList.add('part');
    }
    for (const stage of STAGES) {
      const mark = made('i', '', `of-${stage}`);
      latency.querySelector(`[data-row=stage_${stage}]`)?.prepend(mark);
    }
    this.panel.replaceChildren(
      made('h2', text('latency')), bar, latency,
      this.rows(['frames_per_second', 'bitrate', 'resolution', 'traffic', 'frames', 'inputs']),
      this.rows(['encryption', 'fingerprint', 'server_fingerprint', 'watching']),
    );
    this.values.get('watching')?.classList.add('lines');
    this.refresh();
  }

  private rows(keys: readonly TextKey[]): HTMLElement {
    const list = made('dl', '', 'rows');
    for (const key of keys) {
      const term = made('dt', text(key));
      term.dataset['row'] = key;
      list.append(term, this.value(key, made('dd')));
    }
    return list;
  }
  private value(name: string, element: HTMLElement): HTMLElement {
    this.values.set(name, element);
    return element;
  }

  private refresh(): void {
    const view = this.figures.view(nowUs());
    const live = this.state === 'live';
    const state = element('state', HTMLElement);
    state.classList.toggle('live', live);
    setText(state, text(this.state));
    setText(element('bar-latency', HTMLElement),
            view.totalUs === undefined ? '– ms' : milliseconds(view.totalUs));
    const rate = text('fps_short', { count: Math.round(view.framesPerSecond) });
    setText(element('bar-rate', HTMLElement), rate);
    setText(element('bar-bitrate', HTMLElement), bitsPerSecond(view.bitsPerSecond));
    element('bar-lock', HTMLElement).classList.toggle('safe', live);
    setText(element('bar-encryption', HTMLElement), text(live ? 'encrypted' : 'not_encrypted'));
    setText(element('bar-watchers', HTMLElement), String(this.watchers?.total ?? 1));
    if (!this.panel.hidden) this.fill(view, live);
  }

  private fill(view: FiguresView, live: boolean): void {
    const unknown = text('latency_unknown');
    const time = (us: number | undefined): string =>
      us === undefined ? unknown : milliseconds(us);
    this.set('latency_usual', time(view.totalUs));
    this.set('latency_p95', time(view.totalP95Us));
    const shown = (us: number | undefined): string => (us === undefined ? '–' : milliseconds(us));
    for (const stage of STAGES) {
      const us = view.stages?.[stage];
      this.set(`stage_${stage}`, shown(us));
      const part = this.values.get(`bar_${stage}`);
      if (part !== undefined) part.style.flexGrow = String(us ?? 1);
    }
    const { host } = view;
    const steps = [host?.waitUs, host?.convertUs, host?.encodeUs, host?.sendUs];
    HOST_STEPS.forEach((step, i) => this.set(step, shown(steps[i])));
    this.set('round_trip', view.roundTripUs === 0 ? unknown : milliseconds(view.roundTripUs));
    this.set('frames_per_second', String(Math.round(view.framesPerSecond)));
    this.set('bitrate', bitsPerSecond(view.bitsPerSecond));
    const size = `${view.widthPx} × ${view.heightPx}`;
    this.set('resolution', view.codec === undefined ? '–' : `${size} · ${view.codec}`);
    this.set('traffic', text('traffic_value', {
      received: bytes(view.bytesReceived), sent: bytes(view.bytesSent),
    }));
    this.set('frames', text('frames_value', { drawn: view.framesDrawn, lost: view.framesLost }));
    this.set('inputs', text('inputs_value', {
      acknowledged: view.inputsAcknowledged, sent: view.inputsSent,
    }));
    this.set('encryption', text(live ? 'encryption_value' : 'not_encrypted'));
    this.set('fingerprint', this.fingerprints?.session ?? '–');
    this.set('server_fingerprint', this.fingerprints?.server ?? '–');
    this.set('watching', this.watcherLines().join('\n'));
  }
  private watcherLines(): string[] {
    const { watchers, admission } = this;
    const alone: Watcher = { name: '', control: admission?.control ?? false, you: true };
    const named = watchers?.named ?? [alone];
    const lines = named.map((watcher) => {
      const name = watcher.name === '' ? text('guest') : watcher.name;
      const shown = watcher.you ? text('watcher_you', { name }) : name;
      return watcher.control ? shown : text('watcher_view', { name: shown });
    });
    const more = (watchers?.total ?? 1) - named.length;
    return more > 0 ? [...lines, text('watchers_more', { count: more })] : lines;
  }
  private set(name: string, value: string): void {
    const element = this.values.get(name);
    if (element !== undefined) setText(element, value);
  }
}

function stageKeys(): TextKey[] {
  return STAGES.filter((stage) => stage !== 'host').map((stage) => `stage_${stage}` as const);
}
