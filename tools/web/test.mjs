// Bundles the unit tests and runs them with Node's own runner.
//   node test.mjs [NAME…]     only tests whose file's name contains one of these
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tests = join(here, '..', '..', 'tests');
const wanted = process.argv.slice(2);

let build;
try {
  ({ build } = await import('esbuild'));
} catch {
  console.error('web: the packages are missing: run npm ci in tools/web first');
  process.exit(1);
}

const names = readdirSync(join(tests, 'unit', 'web'))
  .filter((name) => name.endsWith('_test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (names.length === 0) {
  console.error('web: no such test');
  process.exit(1);
}

const out = mkdtempSync(join(tmpdir(), 'rookery-web-test-'));
process.exitCode = 1;
try {
  await build({
    entryPoints: names.map((name) => join(tests, 'unit', 'web', name)),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const files = names.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
  const run = spawnSync(process.execPath, ['--test', ...files], {
    stdio: 'inherit',
    env: { ...process.env, ROOKERY_TESTS: tests },
  });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
