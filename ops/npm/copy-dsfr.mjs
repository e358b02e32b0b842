// Copies the part of the design system (DSFR) that the gateway serves into gateway/wwwroot/dsfr: the package is
// 135 MB, we serve about 2. Icons are those of the components plus those that our pages name (class="fr-icon-…").
// Nothing is done when the package's version and the list of icons are those of the last copy.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = process.argv[2];
const from = join(root, 'ops/npm/node_modules/@gouvfr/dsfr');
const to = join(root, 'gateway/wwwroot/dsfr');
const stampFile = join(root, 'ops/npm/node_modules/.stamp-dsfr');

const pages = readdirSync(join(root, 'gateway'), { recursive: true })
  .filter(f => f.endsWith('.cshtml') && !/^(bin|obj)[\\/]/.test(f))
  .map(f => readFileSync(join(root, 'gateway', f), 'utf8'))
  .join('\n');
const named = [...new Set(pages.match(/\bfr-icon-[a-z0-9-]+/g) ?? [])].sort();

const version = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')).version;
const stamp = [version, readFileSync(process.argv[1], 'utf8'), ...named].join('\n');
if (existsSync(join(to, 'dsfr.min.css')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) process.exit(0);

const dsfr = readFileSync(join(from, 'dist/dsfr.min.css'), 'utf8');
const icons = readFileSync(join(from, 'dist/utility/icons/icons.min.css'), 'utf8');
const svg = new Set([...dsfr.matchAll(/url\((icons\/[^)"]+\.svg)\)/g)].map(m => m[1]));
for (const name of named) {
  const rule = icons.match(new RegExp(`\\.${name}:{1,2}before\\{[^}]*url\\(\\.\\./\\.\\./(icons/[^)"]+\\.svg)\\)`));
  if (rule) svg.add(rule[1]);
  else if (!['fr-icon--xs', 'fr-icon--sm', 'fr-icon--md', 'fr-icon--lg'].includes(name)) {
    console.error(`copy-dsfr : l'icône « ${name} » nommée par une page n'existe pas dans DSFR ${version}.`);
    process.exit(1);
  }
}

const next = `${to}.next`;
rmSync(next, { recursive: true, force: true });
const copy = (source, target = source) => {
  mkdirSync(dirname(join(next, target)), { recursive: true });
  cpSync(join(from, source), join(next, target));
};
copy('LICENSE.md');
copy('dist/dsfr.min.css', 'dsfr.min.css');
copy('dist/dsfr.module.min.js', 'dsfr.module.min.js');
copy('dist/utility/icons/icons.min.css', 'utility/icons/icons.min.css');
for (const file of svg) copy(`dist/${file}`, file);
for (const font of ['Light', 'Light_Italic', 'Regular', 'Regular_Italic', 'Medium', 'Medium_Italic', 'Bold', 'Bold_Italic'])
  copy(`dist/fonts/Marianne-${font}.woff2`, `fonts/Marianne-${font}.woff2`);
// The Marianne font is reserved to the State: operators who are not a State service get a sheet that neither loads nor names it.
writeFileSync(join(next, 'dsfr-sans-marque.min.css'),
  dsfr.replace(/@font-face\{[^}]*font-family:Marianne[^}]*\}/g, '').replace(/Marianne,\s*/g, ''));

rmSync(to, { recursive: true, force: true });
renameSync(next, to);
writeFileSync(stampFile, stamp);
