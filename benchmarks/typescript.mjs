// Times an event: typescript.mjs ours|plain COUNT JSON, where COUNT is how many measurements it has.
const [side, count, given] = process.argv.slice(2);
const { name, data } = JSON.parse(given);
const value = data.measurements
  ? { ...data, measurements: Array(Number(count)).fill(data.measurements[0]) }
  : data;

const begin = performance.now();
const type = side === "ours" ? await eventTypeOfPackage() : await plainEventType();
const load = performance.now() - begin;

async function eventTypeOfPackage() {
  const platform = await import("platform-events");
  return Object.values(platform).find((found) => found.create && found.name === name);
}

/** What one would write: an object of its fields, with ranges, lengths and patterns. */
async function plainEventType() {
  const [{ EventType }, z] = await Promise.all([import("inngest"), import("zod")]);
  const schemaOf = (part) => {
    if (Array.isArray(part)) return z.array(schemaOf(part[0])).max(1000);
    if (typeof part === "number") return z.number().gte(0).lte(1e6);
    if (typeof part === "boolean") return z.boolean();
    if (typeof part === "object") {
      const fields = Object.entries(part).map(([key, field]) => [key, schemaOf(field)]);
      return z.strictObject(Object.fromEntries(fields));
    }
    if (/^\d{4}-\d{2}-\d{2}$/.test(part)) return z.iso.date();
    if (/^\d{4}-\d{2}-\d{2}T/.test(part)) return z.iso.datetime({ offset: true });
    return z.string().min(1).max(512).regex(/^[^\u0000-\u001f]+$/u);
  };
  return new EventType({ name, schema: schemaOf(data) });
}

const times = [];
for (let round = 0; round < 100; round += 1) {
  const start = performance.now();
  await type.create(value).validate();
  times.push(performance.now() - start);
}
const median = [...times].sort((a, b) => a - b)[50];
console.log(JSON.stringify({ load, first: times[0], median }));
