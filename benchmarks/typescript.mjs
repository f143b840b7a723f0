// Times the installed package: typescript.mjs, given the data of an event with one measurement.
const begin = performance.now();
const { scoringCalculate, wearableDataReceived } = await import("platform-events");
const loaded = performance.now();

const data = JSON.parse(process.argv[2]);
const many = { ...data, measurements: Array(1000).fill(data.measurements[0]) };
const small = { member_id: "m", gym_id: "g", score: "progress", reason: "manual" };

async function milliseconds(type, value, rounds) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await type.create(value).validate();
    times.push(performance.now() - start);
  }
  return { first: times[0], median: times.sort((a, b) => a - b)[Math.floor(rounds / 2)] };
}

const ofSmall = await milliseconds(scoringCalculate, small, 200);
const ofMany = await milliseconds(wearableDataReceived, many, 50);
console.log(JSON.stringify({ load: loaded - begin, small: ofSmall, many: ofMany }));
