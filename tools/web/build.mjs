// Makes dist/ from the sources: one script, one style sheet, hashed names, compressed twins. The
// same sources give the same bytes.
//   node build.mjs [--out DIR]
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const COMPRESSED_BYTES_MAX = 400_000;
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.webmanifest']);

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(here, 'dist') } } });
const out = values.out;

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'safari16.4'],
    legalComments: 'none',
    charset: 'utf8',
    absWorkingDir: here,
    logLevel: 'warning',
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function hashed(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const extension = extname(name);
  return `assets/${name.slice(0, -extension.length)}-${hash}${extension}`;
}

const files = new Map();
const script = await bundle('src/main.ts');
const style = await bundle('styles/main.css');
const names = { script: hashed('page.js', script), style: hashed('page.css', style) };
files.set(names.script, script);
files.set(names.style, style);
for (const name of readdirSync(join(here, 'public')).sort()) {
  files.set(name, readFileSync(join(here, 'public', name)));
}
const html = readFileSync(join(here, 'index.html'), 'utf8')
  .replace(/\{\{(\w+)\}\}/g, (_, key) => names[key])
  .replace(/>\s*\n\s*</g, '><');
files.set('index.html', Buffer.from(html));

rmSync(out, { recursive: true, force: true });
let total = 0;
for (const [name, content] of files) {
  const path = join(out, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  let smallest = content.length;
  if (COMPRESSIBLE.has(extname(name))) {
    const brotli = brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    });
    const gzip = gzipSync(content, { level: 9 });
    if (brotli.length < content.length) writeFileSync(`${path}.br`, brotli);
    if (gzip.length < content.length) writeFileSync(`${path}.gz`, gzip);
    // The larger of the two: not every way to the browser speaks Brotli.
    smallest = Math.min(content.length, Math.max(brotli.length, gzip.length));
  }
  total += smallest;
}
console.log(`web: ${files.size} files, ${total} bytes compressed`);
if (total > COMPRESSED_BYTES_MAX) {
  console.error(`web: more than ${COMPRESSED_BYTES_MAX} bytes: make the page lighter`);
  process.exit(1);
}
