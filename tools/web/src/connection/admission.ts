// What the server answers when a link is opened or a session resumed.
import { proofToOpen, proofToResume, sealPassword } from '../secure/link_keys';
import { decodeId128, decodeKey32 } from '../secure/text_codes';
import { SIDE_PX_MAX } from '../stream/decoder';
import type { Bytes } from '../wire/bytes';
import type { Link } from './link';

// Its key is not among it: both ends derive that from the link's secret.
export interface Ticket {
  readonly name: string;
  readonly ticket: Bytes;
  readonly hostPublicKey: Bytes;
  // Whose word it is that this is the host.
  readonly hostSigner: string;
  readonly hostSignature: string;
}

// Which way texts may pass; the host holds to it too.
export interface ClipboardRules {
  readonly in: boolean; // pasted into the phone
  readonly out: boolean; // copied out of it
}

export interface Admission {
  readonly sessionId: string;
  readonly phoneName: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly control: boolean;
  readonly clipboard: ClipboardRules;
  readonly ticket: Ticket;
}

// Why not. The first ones are final; the last two pass.
export const FINAL_REFUSALS = [
  'link_unknown', 'link_wrong', 'link_used', 'link_expired', 'link_revoked', 'phone_not_running',
  'session_ended', 'too_old', 'host_untrusted',
] as const;
export type FinalRefusal = (typeof FINAL_REFUSALS)[number];
export type BusyReason = 'busy' | 'too_many_tries' | 'too_many_viewers';
export type Refusal =
  | { readonly kind: 'final'; readonly code: FinalRefusal }
  | { readonly kind: 'password'; readonly wrong: boolean }
  | { readonly kind: 'busy'; readonly why: BusyReason } // too many asked
  | { readonly kind: 'unreachable' };

export type Answer =
  | { readonly kind: 'admitted'; readonly admission: Admission }
  | Refusal;

const ANSWER_MS_MAX = 10_000;
// In UTF-8; no link's password is longer.
const PASSWORD_BYTES_MAX = 256;

export function mayBePassword(words: string): boolean {
  return new TextEncoder().encode(words).length <= PASSWORD_BYTES_MAX;
}

// `visit` names this opening: asked again after a lost answer, it is the same one.
export function openLink(link: Link, visit: string, password?: string): Promise<Answer> {
  const proof = proofToOpen(link.secret);
  const body = password === undefined
    ? { proof }
    : { proof, sealed_password: sealPassword(link.secret, password) };
  const key = { 'Idempotency-Key': visit };
  return ask(`/v1/links/${encodeURIComponent(link.id)}/open`, body, key);
}

// The same session, with a new ticket.
export function resumeSession(link: Link, { sessionId }: Admission): Promise<Answer> {
  const proof = proofToResume(link.secret, sessionId);
  return ask(`/v1/sessions/${encodeURIComponent(sessionId)}/resume`, { proof });
}

async function ask(path: string, body: object,
                   headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    return readAnswer(response.status, await response.json());
  } catch {
    return { kind: 'unreachable' }; // no answer, or none of a server of ours
  }
}

type Fields = Readonly<Record<string, unknown>>;

// Total: any JSON gives an answer.
export function readAnswer(status: number, body: unknown): Answer {
  const fields = fieldsOf(body);
  if (status === 201 || status === 200) {
    const admission = readAdmission(fields);
    return admission === undefined
      ? { kind: 'final', code: 'too_old' }
      : { kind: 'admitted', admission };
  }
  const code = textOf(fields, 'code') || textOf(fieldsOf(fields['error']), 'code');
  const final = FINAL_REFUSALS.find((known) => known === code);
  if (final !== undefined) return { kind: 'final', code: final };
  if (code === 'password_required') return { kind: 'password', wrong: false };
  if (code === 'password_wrong') return { kind: 'password', wrong: true };
  if (status === 429) {
    const why = code === 'too_many_tries' || code === 'too_many_viewers' ? code : 'busy';
    return { kind: 'busy', why };
  }
  return { kind: 'unreachable' }; // whoever said that, it was not of the link: asked again
}

function readAdmission(fields: Fields): Admission | undefined {
  const given = fieldsOf(fields['ticket']);
  const name = textOf(given, 'ticket');
  const ticket = decodeId128(name);
  const hostPublicKey = decodeKey32(textOf(given, 'server_public_key'));
  const sessionId = textOf(fields, 'session_id');
  const control = fields['control'] === true;
  if (!ticket || !hostPublicKey || sessionId === '') return undefined;
  return {
    sessionId,
    phoneName: textOf(fields, 'phone_name'),
    widthPx: sizeOf(fields['width'], 720),
    heightPx: sizeOf(fields['height'], 1280),
    control,
    clipboard: {
      in: ['in', 'both'].includes(textOf(fields, 'clipboard')),
      out: ['out', 'both'].includes(textOf(fields, 'clipboard')),
    },
    ticket: {
      name,
      ticket,
      hostPublicKey,
      hostSigner: textOf(given, 'host_signer'),
      hostSignature: textOf(given, 'host_signature'),
    },
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
function sizeOf(value: unknown, otherwise: number): number {
  const sound = typeof value === 'number' && Number.isInteger(value) && value > 0 &&
    value <= SIDE_PX_MAX;
  return sound ? value : otherwise;
}
