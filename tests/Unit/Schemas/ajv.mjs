// What the widely used validator ajv says: reads {schemas: {name: schema}, cases: [{schema, body}]} and writes one boolean per case.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const Ajv = createRequire(process.argv[2])('ajv').default;
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, multipleOfPrecision: 9, logger: false });
ajv.addVocabulary(['x-version', 'x-obsoleteLe', 'x-retireeLe', 'x-categorie', 'x-attendu', 'x-nir', 'x-texteLibre', 'x-controle', 'x-erreur']);
// RFC 3339 §5.6 full-date.
ajv.addFormat('date', (text) => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
});

const { schemas, cases } = JSON.parse(readFileSync(0, 'utf8'));
const validators = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile({ ...schema, $id: undefined })]));
process.stdout.write(JSON.stringify(cases.map(({ schema, body }) => validators[schema](JSON.parse(body)))));
