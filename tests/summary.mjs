// Adds up the results (CTRF files of xunit) that ops/test left in a folder. Prints each failure with its message, each
// reason for skipping with its count, and as very last line: N passed, N failed, N skipped.
// Exits 1 when anything failed, when a project left no result, or when nothing ran.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, format, ...projects] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const reasons = new Map();

const read = name => { const file = join(folder, name); return existsSync(file) ? readFileSync(file, 'utf8') : ''; };
const fail = (name, text) => {
  total.failed++;
  console.log(`\nÉCHEC ${name}\n${text.trim().split('\n').map(line => `    ${line}`).join('\n')}`);
};
const tail = text => text.trim().split('\n').slice(-40).join('\n');

for (const project of projects) {
  let results;
  try {
    results = JSON.parse(read(`${project}.json`)).results;
  } catch {
    fail(project, `Le projet n'a pas rendu de résultats (${read(`${project}.code`).trim() || 'code 0'}).\n${tail(read(`${project}.log`))}`);
    continue;
  }
  const before = total.passed + total.failed;
  for (const test of results.tests) {
    if (test.status === 'passed') total.passed++;
    else if (test.status === 'failed') fail(test.name, `${test.message ?? ''}\n${test.trace ?? ''}`);
    else {
      total.skipped++;
      const reason = test.extra?.reason ?? test.message ?? 'sans raison';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  // A fixture that cannot be cleaned up, or a crash after the results: xunit says it by its exit code only.
  const code = read(`${project}.code`);
  if (code && !results.tests.some(t => t.status === 'failed'))
    fail(project, `Le projet a rendu ${code.trim()} sans test en échec.\n${tail(read(`${project}.log`))}`);
  console.log(`tests/${project} : ${total.passed + total.failed - before} exécutés`);
}

if (format === 'true') {
  if (read('format.code')) fail('format', `${tail(read('format.log'))}\nCorrigez avec : dotnet format`);
  else total.passed++;
}

for (const [reason, count] of reasons) console.log(`Non exécutés (${count}) : ${reason}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
