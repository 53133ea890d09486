// The one door to libsodium's WebAssembly. Nothing of it may be called before sodiumReady().
import sodium from 'libsodium-wrappers';

export { sodium };

export async function sodiumReady(): Promise<void> {
  await sodium.ready;
}
