// Bundles tests and runs them with Node's own runner; bundles the benchmark and runs it.
//   node test.mjs types                   checks the types of the page and of its tests
//   node test.mjs unit [NAME…]            only files whose name contains one of these
//   node test.mjs end-to-end BIN [WORDS]  against BIN/rookeryd, in Chromium; only tests so named
//   node test.mjs bench BIN               against BIN/rookeryd, in Chromium; prints figures
//   --packages DIR                        where npm ci put them; default: node_modules beside this
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const tests = join(here, '..', '..', 'tests');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { packages: { type: 'string', default: join(here, 'node_modules') } },
});
const [kind, ...words] = positionals;
const packages = resolve(values.packages);

if (!existsSync(join(packages, 'esbuild'))) {
  console.error(`web: no packages in ${packages}: build rookeryd, or run npm ci in tools/web`);
  process.exit(1);
}
const { build } = createRequire(join(packages, 'here'))('esbuild');

// Beside the packages, so that what is not bundled is found there.
const out = mkdtempSync(join(packages, '.test-'));

function checkTypes() {
  const project = join(out, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({
    extends: join(here, 'tsconfig.json'),
    compilerOptions: {
      typeRoots: [join(packages, '@types')],
      paths: {
        'playwright-core': [join(packages, 'playwright-core')],
        'libsodium-wrappers': [join(packages, 'libsodium-wrappers', 'dist', 'modules-esm',
                                    'libsodium-wrappers.d.mts')],
      },
    },
    include: [join(here, 'src'), ...['unit', 'end_to_end', 'bench'].map((part) =>
      join(tests, part, 'web'))],
  }));
  const tsc = join(packages, 'typescript', 'bin', 'tsc');
  const args = [tsc, '--noEmit', '--project', project];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

async function bundle(files, options) {
  await build({
    entryPoints: files, outdir: out, bundle: true, sourcemap: 'inline', logLevel: 'warning',
    nodePaths: [packages], ...options,
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
  const all = [...crypto, '--test', ...args];
  return spawnSync(process.execPath, all, { stdio: 'inherit', env }).status ?? 1;
}

const KINDS = {
  types: checkTypes, unit: runUnitTests, 'end-to-end': runEndToEndTests, bench: runBenchmark,
};

try {
  const known = Object.hasOwn(KINDS, kind ?? '');
  if (known && (words.length > 0 || kind === 'types' || kind === 'unit')) {
    process.exitCode = await KINDS[kind](words);
  } else {
    console.error('usage: test.mjs types | unit [NAME…] | end-to-end BIN [WORDS] | bench BIN');
    process.exitCode = 2;
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
