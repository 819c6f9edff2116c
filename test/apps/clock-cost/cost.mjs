// What a reading of the clock costs: `NANOSECONDS SECONDS`, the least of some batches, and what time it is.
const batches = 10;
const readings = 200_000;

function batch() {
  const from = process.hrtime.bigint();
  let last = 0;
  for (let n = 0; n < readings; n++) last = Date.now();
  return { took: Number(process.hrtime.bigint() - from), last };
}

const all = Array.from({ length: batches }, batch);
console.log(
  `${(Math.min(...all.map(({ took }) => took)) / readings).toFixed(1)} ${Math.floor(all.at(-1).last / 1000)}`,
);
