// What the installed package does at run time, as JSON.
import { Inngest } from "inngest";
import * as platform from "platform-events";
import * as events from "platform-events/events";

const { scoringCalculate, wearableDataReceived } = platform;
const { example } = JSON.parse(process.argv[2]);
const calculate = { member_id: "m", gym_id: "g", score: "progress", reason: "manual" };

async function refusal(action) {
  try {
    await action();
    return null;
  } catch (error) {
    return { name: error.name, message: error.message };
  }
}
const measured = (measurements) => ({ ...example, measurements });
const create = (options) => refusal(() => scoringCalculate.create(calculate, options).validate());
const produced = (data) => refusal(() => wearableDataReceived.create(data).validate());
const read = async (data) => {
  const { issues } = await wearableDataReceived.schema["~standard"].validate(data);
  return issues?.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
};
const options = {
  none: undefined, good: { id: "a", ts: 1795458600000 },
  empty: { id: "" }, blank: { id: " \t" }, half: { id: "a\ud83d" }, number: { id: 1 }, long: { id: "a".repeat(10_001) },
  nan: { ts: Number.NaN }, one: { ts: 1 }, fraction: { ts: 1795458600000.5 },
  late: { ts: Date.UTC(2100, 0) }, date: { ts: new Date() },
};
const client = new Inngest({ id: "a", isDev: true, fetch: () => Promise.reject(new Error("sent")) });
const bad = Array.from({ length: 1000 }, () => ({ kind: "hart-rate", bpm: 1 }));

console.log(
  JSON.stringify({
    options: Object.fromEntries(
      await Promise.all(Object.entries(options).map(async ([k, o]) => [k, await create(o)])),
    ),
    typo: await produced(measured([{ kind: "hart-rate" }])),
    typoWithFields: await produced(measured([{ kind: "hart-rate", bpm: 1 }])),
    many: await produced(measured(bad)),
    manyRead: await read(measured(Array.from({ length: 1000 }, () => ({ kind: "sleep" })))),
    newer: await read(measured([{ kind: "hart-rate", bpm: 1 }])),
    missing: await refusal(() => scoringCalculate.create({}).validate()),
    none: await refusal(() => scoringCalculate.create(undefined).validate()),
    second: await refusal(() =>
      client.send([scoringCalculate.create(calculate), scoringCalculate.create({ ...calculate, score: 1 })]),
    ),
    counts: await Promise.all([
      produced(measured([])),
      ...["", "m".repeat(129)].map((member_id) => produced({ ...example, member_id })),
    ]),
    unknown: await produced({ ...example, [`${"k".repeat(100)}`]: 1 }),
    version: platform.PLATFORM_EVENTS_VERSION,
    names: platform.EVENT_NAMES,
    isSame: events.scoringCalculate === scoringCalculate,
  }),
);
