/** Share of the busiest hour's traffic at each full hour of a working day, midnight first. */
const hourly = [
  0.08, 0.05, 0.04, 0.04, 0.08, 0.28, 0.68, 1, 0.86, 0.66, 0.62, 0.7, 0.66, 0.58, 0.6, 0.68, 0.86, 1, 0.9,
  0.66, 0.5, 0.38, 0.25, 0.14,
];

/** How strong traffic is at a time of day, smoothly between the hours; `startHour` is the hour at second 0. */
export function dayProfile(startHour: number): (seconds: number) => number {
  return (seconds) => {
    const hour = (((startHour + seconds / 3600) % 24) + 24) % 24;
    const before = Math.floor(hour);
    const part = hour - before;
    return hourly[before]! * (1 - part) + hourly[(before + 1) % 24]! * part;
  };
}
