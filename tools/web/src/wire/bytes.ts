// Untrusted bytes are read, and ours written, here only. Little-endian, as media/PIPELINE.md says.

export type Bytes = Uint8Array<ArrayBuffer>;

const TWO_32 = 0x1_0000_0000;

// After the first short read every later read gives zero or empty, and ok() is false: a parser may
// read all its fields and check once. A 64-bit number beyond 2^53 - 1 fails like a short read: no
// honest peer ever sends one.
export class ByteReader {
  private at = 0;
  private good = true;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.has(1) ? this.view.getUint8(this.at++) : 0;
  }
  u16(): number {
    if (!this.has(2)) return 0;
    this.at += 2;
    return this.view.getUint16(this.at - 2, true);
  }
  u32(): number {
    if (!this.has(4)) return 0;
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }
  i16(): number {
    return (this.u16() << 16) >> 16;
  }
  u64(): number {
    const low = this.u32();
    return this.safe(this.u32() * TWO_32 + low);
  }
  i64(): number {
    const low = this.u32();
    return this.safe((this.u32() | 0) * TWO_32 + low);
  }
  // A copy of the next bytes.
  take(size: number): Bytes {
    if (!this.has(size)) return new Uint8Array(0);
    this.at += size;
    return this.bytes.slice(this.at - size, this.at) as Bytes;
  }
  // A u16 length and that many bytes, refused beyond `sizeMax`. What is not UTF-8 is replaced.
  string(sizeMax: number): string {
    const size = this.u16();
    if (size > sizeMax) this.fail();
    return new TextDecoder().decode(this.take(size));
  }
  rest(): Bytes {
    return this.take(this.remaining());
  }

  fail(): void {
    this.good = false;
    this.at = this.bytes.length;
  }
  ok(): boolean {
    return this.good;
  }
  done(): boolean {
    return this.good && this.at === this.bytes.length;
  }
  remaining(): number {
    return this.bytes.length - this.at;
  }

  private has(size: number): boolean {
    if (this.good && size <= this.remaining()) return true;
    this.fail();
    return false;
  }
  private safe(value: number): number {
    if (Number.isSafeInteger(value)) return value;
    this.fail();
    return 0;
  }
}

// Writes what ByteReader reads.
export class ByteWriter {
  private bytes: Bytes = new Uint8Array(64);
  private view = new DataView(this.bytes.buffer);
  private size = 0;

  u8(value: number): this {
    this.room(1);
    this.view.setUint8(this.size - 1, value);
    return this;
  }
  u16(value: number): this {
    this.room(2);
    this.view.setUint16(this.size - 2, value, true);
    return this;
  }
  u32(value: number): this {
    this.room(4);
    this.view.setUint32(this.size - 4, value, true);
    return this;
  }
  // Also a signed number, in two's complement; a safe integer.
  u64(value: number): this {
    this.u32(value >>> 0);
    return this.u32(Math.floor(value / TWO_32) >>> 0);
  }
  put(bytes: Uint8Array): this {
    this.room(bytes.length);
    this.bytes.set(bytes, this.size - bytes.length);
    return this;
  }
  // A u16 length and the UTF-8 bytes; the caller sees to the length.
  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u16(bytes.length).put(bytes);
  }
  result(): Bytes {
    return this.bytes.slice(0, this.size);
  }

  private room(size: number): void {
    this.size += size;
    if (this.size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.size, 2 * this.bytes.length));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
