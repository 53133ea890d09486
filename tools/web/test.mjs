// Bundles tests and runs them with Node's own runner; bundles the benchmark and runs it.
//   node test.mjs unit [NAME…]            only files whose name contains one of these
//   node test.mjs end-to-end BIN [WORDS]  against BIN/rookeryd, in Chromium; only tests so named
//   node test.mjs bench BIN               against BIN/rookeryd, in Chromium; prints figures
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tests = join(here, '..', '..', 'tests');
const [kind, ...words] = process.argv.slice(2);

if (!existsSync(join(here, 'node_modules', 'esbuild'))) {
  console.error('web: the packages are missing: run npm ci in tools/web first');
  process.exit(1);
}
const { build } = await import('esbuild');

// Beside the packages, so that what is not bundled is found there.
const out = mkdtempSync(join(here, 'node_modules', '.test-'));

async function bundle(files, options) {
  await build({
    entryPoints: files, outdir: out, bundle: true, sourcemap: 'inline', logLevel: 'warning',
    ...options,
  });
}

async function runUnitTests() {
  const folder = join(tests, 'unit', 'web');
  const names = readdirSync(folder).filter((name) => name.endsWith('_test.ts'))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
  await bundle(names.map((name) => join(folder, name)), {
    platform: 'node', format: 'esm', target: 'node18', outExtension: { '.js': '.mjs' },
  });
  return run(names.map((name) => join(out, name.replace(/\.ts$/, '.mjs'))), {});
}

async function runEndToEndTests([bin, ...pattern]) {
  const folder = join(tests, 'end_to_end', 'web');
  await bundle([join(folder, 'web_test.ts')], {
    platform: 'node', format: 'cjs', target: 'node18', external: ['playwright-core', 'axe-core'],
  });
  await bundle([join(folder, 'noise_check.ts')], { format: 'iife', target: 'es2022' });
  const only = pattern.length > 0 ? [`--test-name-pattern=${pattern.join(' ')}`] : [];
  return run([...only, join(out, 'web_test.js')], {
    ROOKERY_BIN: resolve(bin), ROOKERY_BROWSER_CHECK: join(out, 'noise_check.js'),
  });
}

async function runBenchmark([bin]) {
  const folder = join(tests, 'bench', 'web');
  await bundle([join(folder, 'web_bench.ts')], {
    platform: 'node', format: 'cjs', target: 'node18', external: ['playwright-core'],
  });
  await bundle([join(folder, 'frame_code.ts')], {
    format: 'iife', target: 'es2022', sourcemap: false,
  });
  const env = {
    ...process.env, ROOKERY_BIN: resolve(bin), ROOKERY_SAMPLER: join(out, 'frame_code.js'),
  };
  const done = spawnSync(process.execPath, [join(out, 'web_bench.js')], { stdio: 'inherit', env });
  return done.status ?? 1;
}

function run(args, environment) {
  if (args.length === 0) return 1;
  const env = { ...process.env, ROOKERY_TESTS: resolve(tests), ...environment };
  // What every browser has, Node 18 has only when asked.
  const crypto = globalThis.crypto === undefined ? ['--experimental-global-webcrypto'] : [];
  const done = spawnSync(process.execPath, [...crypto, '--test', ...args], { stdio: 'inherit', env });
  return done.status ?? 1;
}

try {
  if (kind === 'unit') process.exitCode = await runUnitTests();
  else if (kind === 'end-to-end' && words.length > 0) process.exitCode = await runEndToEndTests(words);
  else if (kind === 'bench' && words.length > 0) process.exitCode = await runBenchmark(words);
  else {
    console.error('usage: node test.mjs unit [NAME…] | end-to-end BIN [WORDS] | bench BIN');
    process.exitCode = 2;
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
