// The one door to libsodium's WebAssembly. Nothing of it may be used before sodiumReady() is done.
// It comes as a file of its own, so that the page asks the server while it loads.
type Sodium = typeof import('libsodium-wrappers').default;

export let sodium: Sodium;

let loading: Promise<void> | undefined;

export function sodiumReady(): Promise<void> {
  // What did not come is asked for again.
  loading ??= load().catch((reason: unknown) => {
    loading = undefined;
    throw reason;
  });
  return loading;
}

async function load(): Promise<void> {
  const { default: loaded } = await import('libsodium-wrappers');
  await loaded.ready;
  sodium = loaded;
}
