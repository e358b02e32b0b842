// Reads the JSON report of a mutation run. Prints its score, « mutation NAME_score VALUE % », and in # lines what else it did.
//   figures.mjs NAME REPORT
// The score is that of the tool: detected (killed, or never ending) of all mutants that compile and are not ignored by name.
import { readFileSync } from 'node:fs';

const [name, file] = process.argv.slice(2);
const mutants = Object.entries(JSON.parse(readFileSync(file, 'utf8')).files)
  .flatMap(([path, { mutants }]) => mutants.map(mutant => ({ ...mutant, path })));
const count = status => mutants.filter(mutant => mutant.status === status).length;
const [killed, timeouts, survived, uncovered] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(count);
const valid = killed + timeouts + survived + uncovered;
if (valid === 0) {
  console.error(`${name} : aucun mutant n'a été essayé.`);
  process.exit(1);
}

console.log(`mutation ${name}_score ${(100 * (killed + timeouts) / valid).toFixed(1)} %`);
console.log(`# ${name}: ${valid} mutants, ${killed} killed, ${timeouts} timeouts, ${survived} survived, ${uncovered} that no test reaches`);
const undetected = new Map();
for (const mutant of mutants.filter(mutant => ['Survived', 'NoCoverage'].includes(mutant.status)))
  undetected.set(mutant.path, (undetected.get(mutant.path) ?? 0) + 1);
for (const [path, number] of [...undetected].sort((a, b) => b[1] - a[1]))
  console.log(`# ${name}: ${number} undetected in ${path}`);
