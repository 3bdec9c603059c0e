/**
 * Builds the dashboard: node build.mjs [--out FOLDER] [--stamp FILE] [--check | --no-check]
 *
 * Writes index.html, the script, the styles and the icon into FOLDER, each with a .gz twin, and assets.json, which names
 * them. With --check it checks types, style and the tests of the logic too. What was built from the same inputs is not
 * built again; packages are installed only where they are missing or others are wanted.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');
const OPENAPI = path.join(ROOT, 'src/main/resources/dev/soliton/functions/openapi.json');
const OLDEST_NODE = 20;
/** Bytes, as they are sent. */
const LIMITS = { '.js': 40 * 1024, '.css': 8 * 1024 };
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const options = { out: path.join(ROOT, 'target/ui'), stamp: '', check: false };
for (let i = 2; i < process.argv.length; i++) {
  if (process.argv[i] === '--out') options.out = path.resolve(process.argv[++i]);
  else if (process.argv[i] === '--stamp') options.stamp = path.resolve(process.argv[++i]);
  else if (process.argv[i] === '--check') options.check = true;
  else if (process.argv[i] === '--no-check') options.check = false;
  else fail(`What is ${process.argv[i]}?`);
}
if (options.stamp === '') options.stamp = `${options.out}.stamp`;

function fail(message) {
  console.error(`\nThe dashboard cannot be built. ${message}\n`);
  process.exit(1);
}

/** All files that the result depends on, by their paths. */
function inputs() {
  const files = [OPENAPI];
  const walk = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== 'generated') walk(file);
      } else {
        files.push(file);
      }
    }
  };
  walk(HERE);
  return files.sort();
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(path.relative(ROOT, file).split(path.sep).join('/')).update('\0');
    // Whatever line ends the checkout has.
    hash.update(fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n')).update('\0');
  }
  return hash.digest('hex');
}

/** Whether the folder has what was built from these inputs, and that was checked if it is to be. */
function isBuilt(print) {
  try {
    const [built, checked] = fs.readFileSync(options.stamp, 'utf8').split('\n');
    const assets = JSON.parse(fs.readFileSync(path.join(options.out, 'assets.json'), 'utf8'));
    return (
      built === print &&
      (checked === 'checked' || !options.check) &&
      Object.keys(assets).every((name) => fs.existsSync(path.join(options.out, `${name}.gz`)) && fs.existsSync(path.join(options.out, name)))
    );
  } catch {
    return false;
  }
}

function run(command, args, what) {
  const isWindows = process.platform === 'win32';
  const done = spawnSync(command, args, { cwd: HERE, encoding: 'utf8', shell: isWindows && command === 'npm' });
  if (done.error) fail(`${command}: ${done.error.message}`);
  if (done.status === 0) return;
  console.error(done.stdout, done.stderr);
  fail(what);
}

/** Installs the packages of the lock file, unless they are there. */
function install() {
  const lock = createHash('sha256').update(fs.readFileSync(path.join(HERE, 'package-lock.json'))).digest('hex');
  const mark = path.join(HERE, 'node_modules', '.installed');
  const here = `${lock} ${process.platform} ${process.arch}`;
  if (fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === here) return;
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], 'npm did not install its packages; see above.');
  fs.writeFileSync(mark, here);
}

/** The schemas of the API description as TypeScript. */
function typesOf(document) {
  const name = (ref) => ref.slice(ref.lastIndexOf('/') + 1);
  const type = (schema) => {
    if (schema.$ref) return name(schema.$ref);
    if ('const' in schema) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ');
    const any = schema.anyOf ?? schema.oneOf;
    if (any) return any.map(type).join(' | ');
    const types = [schema.type ?? 'unknown'].flat();
    return types.map((each) => ofOne(each, schema)).join(' | ');
  };
  const ofOne = (kind, schema) => {
    switch (kind) {
      case 'integer':
      case 'number':
        return 'number';
      case 'array':
        return `(${type(schema.items ?? {})})[]`;
      case 'object':
        return object(schema);
      case 'string':
      case 'boolean':
      case 'null':
        return kind;
      default:
        return 'unknown';
    }
  };
  const object = (schema) => {
    const required = new Set(schema.required ?? []);
    const members = Object.entries(schema.properties ?? {}).map(
      ([key, value]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}${required.has(key) ? '' : '?'}: ${type(value)};`,
    );
    if (schema.additionalProperties && typeof schema.additionalProperties === 'object') {
      return `Record<string, ${type(schema.additionalProperties)}>`;
    }
    return members.length === 0 ? 'Record<string, unknown>' : `{ ${members.join(' ')} }`;
  };
  const lines = Object.entries(document.components.schemas).map(([key, schema]) => `export type ${key} = ${type(schema)};`);
  return `// Made from openapi.json by build.mjs.\n${lines.join('\n')}\n`;
}

function writeIfOther(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) fs.writeFileSync(file, text);
}

const bin = (name, file) => path.join(HERE, 'node_modules', name, file);

async function check(esbuild) {
  run(process.execPath, [bin('typescript', 'bin/tsc'), '-p', '.'], 'Its types do not fit; see above.');
  lint();
  const folder = path.join(ROOT, 'target', 'ui-tests');
  fs.rmSync(folder, { recursive: true, force: true });
  const tests = fs.readdirSync(path.join(HERE, 'test')).filter((file) => file.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: tests.map((file) => path.join(HERE, 'test', file)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const files = fs.readdirSync(folder).map((file) => path.join(folder, file));
  const tested = spawnSync(process.execPath, ['--test', '--test-reporter=dot', ...files], { encoding: 'utf8' });
  if (tested.status !== 0) {
    const told = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], { encoding: 'utf8' });
    console.error(told.stdout, told.stderr);
    fail('Its tests fail; see above.');
  }
}

/** Ways to make HTML of a text, and addresses that could be made of what a caller gave: there is none of it. */
const BANNED = [
  [/\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|setHTMLUnsafe|createContextualFragment)\b/i, 'makes HTML of a text'],
  [/\bdocument\.write|\beval\(|new Function\(/, 'runs a text'],
  [/\bhref=\{(?!to[A-Z]?\w*[(}])/, 'is an address that route.ts has not made'],
];

function lint() {
  run(process.execPath, [bin('oxlint', 'bin/oxlint'), '--deny-warnings', '--quiet', 'src', 'test'], 'Its style is not that of the rules; see above.');
  for (const file of fs.readdirSync(path.join(HERE, 'src'), { withFileTypes: true }).filter((each) => each.isFile())) {
    const lines = fs.readFileSync(path.join(HERE, 'src', file.name), 'utf8').split('\n');
    lines.forEach((line, i) => {
      const banned = BANNED.find(([pattern]) => pattern.test(line));
      if (banned) fail(`src/${file.name}:${i + 1} ${banned[1]}.`);
    });
  }
}

async function build() {
  const print = fingerprint(inputs());
  if (isBuilt(print)) return;
  const [major] = process.versions.node.split('.');
  if (Number(major) < OLDEST_NODE) fail(`Node.js ${process.version} is too old: version ${OLDEST_NODE} or later is needed.`);
  install();
  writeIfOther(path.join(HERE, 'src/generated/api.ts'), typesOf(JSON.parse(fs.readFileSync(OPENAPI, 'utf8'))));
  const esbuild = await import(pathToFileURL(bin('esbuild', 'lib/main.js')).href);
  if (options.check) await check(esbuild.default ?? esbuild);

  const bundle = async (entry) => {
    const result = await (esbuild.default ?? esbuild).build({
      entryPoints: [path.join(HERE, entry)],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'warning',
    });
    return Buffer.from(result.outputFiles[0].contents);
  };
  const assets = new Map();
  const add = (name, content) => {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
    const { name: stem, ext } = path.parse(name);
    const hashed = `${stem}.${hash}${ext}`;
    assets.set(hashed, content);
    return hashed;
  };
  const names = {
    js: add('app.js', await bundle('src/main.tsx')),
    css: add('app.css', await bundle('static/app.css')),
    icon: add('icon.svg', fs.readFileSync(path.join(HERE, 'static/icon.svg'))),
  };
  const html = fs.readFileSync(path.join(HERE, 'static/index.html'), 'utf8').replaceAll('\r\n', '\n');
  assets.set('index.html', Buffer.from(html.replace(/\{\{(\w+)\}\}/g, (_, name) => names[name])));

  fs.rmSync(options.out, { recursive: true, force: true });
  fs.mkdirSync(options.out, { recursive: true });
  const index = {};
  const sizes = [];
  for (const [name, content] of assets) {
    const { ext } = path.parse(name);
    const zipped = gzipSync(content, { level: 9 });
    if (zipped.length > (LIMITS[ext] ?? Infinity)) {
      fail(`${name} has ${zipped.length} bytes zipped, and may have ${LIMITS[ext]}.`);
    }
    sizes.push(`${ext.slice(1)} ${zipped.length}`);
    fs.writeFileSync(path.join(options.out, name), content);
    fs.writeFileSync(path.join(options.out, `${name}.gz`), zipped);
    index[name] = { type: TYPES[ext], gz: true, immutable: name !== 'index.html' };
  }
  fs.writeFileSync(path.join(options.out, 'assets.json'), `${JSON.stringify(index, null, 1)}\n`);
  fs.mkdirSync(path.dirname(options.stamp), { recursive: true });
  fs.writeFileSync(options.stamp, `${print}\n${options.check ? 'checked' : 'built'}\n`);
  console.log(`Built the dashboard; zipped bytes: ${sizes.join(', ')}.`);
}

await build();
