// The outcome as a table and as data.

const middle = (values) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];

/** One row for each case: how often it was green, and the seconds back to normal. */
export function summarise(cases, results) {
  return cases.map(({ number, title, goalSeconds }) => {
    const mine = results.filter((result) => result.number === number);
    const seconds = mine.map((result) => result.seconds).filter((value) => typeof value === "number");
    const green = mine.filter(({ problems }) => problems.length === 0).length;
    return {
      number,
      title,
      goalSeconds,
      repetitions: mine.length,
      green,
      isGood: green === mine.length && green > 0,
      middleSeconds: seconds.length > 0 ? Number(middle(seconds).toFixed(1)) : null,
      mostSeconds: seconds.length > 0 ? Number(Math.max(...seconds).toFixed(1)) : null,
      load: Math.max(0, ...mine.map((result) => result.load)),
      problems: mine.flatMap((result) => result.problems.map((problem) => `#${result.rep}: ${problem}`)),
    };
  });
}

export function printTable(summary) {
  const rows = summary.map((one) => [
    one.number,
    one.title,
    `${one.green}/${one.repetitions}`,
    one.middleSeconds === null ? "" : `${one.middleSeconds} s`,
    one.mostSeconds === null ? "" : `${one.mostSeconds} s`,
    one.load === undefined ? "" : String(one.load),
    one.verdict ?? (one.isGood ? "green" : "RED"),
  ]);
  const all = [["case", "fault", "green", "normal after", "at most", "load", ""], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd()}\n`,
    );
  for (const { number, problems } of summary)
    for (const problem of problems) process.stdout.write(`case ${number} ${problem}\n`);
}
