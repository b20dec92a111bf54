import type { EpochMs } from '#base';

const RADIANS = Math.PI / 180;
const MS_PER_DAY = 86_400_000;
/** 2000-01-01T12:00Z. */
const J2000 = 946_728_000_000;

/**
 * Degrees of the sun above the horizon, to about a degree, which is enough to tell day from night
 * (low-precision formulas of the Astronomical Almanac, page C5).
 */
export function sunElevationDegrees(at: EpochMs, latitude: number, longitude: number): number {
  const days = (at - J2000) / MS_PER_DAY;
  const anomaly = (357.528 + 0.9856003 * days) * RADIANS;
  const ecliptic =
    (280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RADIANS;
  const obliquity = 23.439 * RADIANS;
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic));
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic));
  const siderealDegrees = (18.697374558 + 24.06570982441908 * days) * 15;
  const hourAngle = (siderealDegrees + longitude) * RADIANS - rightAscension;
  const sine =
    Math.sin(latitude * RADIANS) * Math.sin(declination) +
    Math.cos(latitude * RADIANS) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.asin(sine) / RADIANS;
}
