// Makes dist/ from the sources: scripts, a style sheet, hashed names, compressed twins. The same
// sources give the same bytes.
//   node build.mjs [--out DIR]
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
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
  const { outputFiles } = await build({
    entryPoints: { page: join(here, entry) },
    outdir: join(here, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: entry.endsWith('.ts'),
    minify: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'safari16.4'],
    legalComments: 'none',
    charset: 'utf8',
    absWorkingDir: here,
    logLevel: 'warning',
  });
  return outputFiles.map(({ path, text }) => [`assets/${inHex(basename(path))}`, inHex(text)]);
}

// The server keeps files whose names end in a hexadecimal hash forever; esbuild's is in base 32.
function inHex(text) {
  return text.replace(/-([A-Z2-7]{8})(?=\.(?:js|css)\b)/g, (_, hash) =>
    `-${Buffer.from(hash).toString('hex')}`);
}

const files = new Map([...await bundle('src/main.ts'), ...await bundle('styles/main.css')]
  .map(([name, text]) => [name, Buffer.from(text)]));
const assets = [...files.keys()];
const script = assets.find((name) => /\/page-\w+\.js$/.test(name));
const marks = {
  script,
  style: assets.find((name) => name.endsWith('.css')),
  // What the script asks for later, so that it is already on its way.
  preloads: assets.filter((name) => name.endsWith('.js') && name !== script)
    .map((name) => `<link rel="modulepreload" href="${name}">`).join('\n'),
};
for (const name of readdirSync(join(here, 'public')).sort()) {
  files.set(name, readFileSync(join(here, 'public', name)));
}
const html = readFileSync(join(here, 'index.html'), 'utf8')
  .replace(/\{\{(\w+)\}\}/g, (_, key) => marks[key])
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
