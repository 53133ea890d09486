// The published vector: names and bytes. Parsed here, checked under Node and in the browser.
import { keyPairOf, type KeyPair } from '../../../tools/web/src/secure/key_pair';
import { NoiseHandshake } from '../../../tools/web/src/secure/noise';
import type { Bytes } from '../../../tools/web/src/wire/bytes';

export class NoiseVector {
  private readonly fields = new Map<string, Bytes>();

  // The content of tests/golden/noise_ikpsk2.txt.
  constructor(content: string) {
    for (const line of content.split('\n')) {
      const [name, hex] = line.split(' ');
      if (name === undefined || name === '#' || hex === undefined) continue;
      const digits = hex.match(/../g) ?? [];
      this.fields.set(name, Uint8Array.from(digits, (pair) => parseInt(pair, 16)));
    }
  }
  bytes(name: string): Bytes {
    const bytes = this.fields.get(name);
    if (bytes === undefined) throw new Error(`the vector has no ${name}`);
    return bytes;
  }
  has(name: string): boolean {
    return this.fields.has(name);
  }
  pair(name: string): KeyPair {
    return keyPairOf(this.bytes(name));
  }
  initiator(): NoiseHandshake {
    return NoiseHandshake.initiator(this.pair('init_static'), this.bytes('resp_public'),
                                    this.bytes('prologue'), this.pair('init_ephemeral'));
  }
  responder(): NoiseHandshake {
    return NoiseHandshake.responder(this.pair('resp_static'), this.bytes('prologue'),
                                    this.pair('resp_ephemeral'));
  }
}
