/** One coordinate that moves at a nearly constant speed: a Kalman filter with position and velocity. */
export class Motion {
  position: number;
  velocity = 0;
  #pp: number;
  #pv = 0;
  #vv: number;

  /** Variances of the first position and of a velocity of which nothing is known yet. */
  constructor(position: number, positionVariance: number, velocityVariance: number) {
    this.position = position;
    this.#pp = positionVariance;
    this.#vv = velocityVariance;
  }

  get variance(): number {
    return this.#pp;
  }

  /** Over `seconds`; `acceleration` is the power of the random one, in units² per s³. */
  predict(seconds: number, acceleration: number): void {
    const dt = seconds;
    this.position += this.velocity * dt;
    this.#pp += 2 * dt * this.#pv + dt * dt * this.#vv + (acceleration * dt ** 3) / 3;
    this.#pv += dt * this.#vv + (acceleration * dt * dt) / 2;
    this.#vv += acceleration * dt;
  }

  correct(measured: number, variance: number): void {
    const all = this.#pp + variance;
    const gainP = this.#pp / all;
    const gainV = this.#pv / all;
    const surprise = measured - this.position;
    this.position += gainP * surprise;
    this.velocity += gainV * surprise;
    this.#vv -= gainV * this.#pv;
    this.#pv -= gainP * this.#pv;
    this.#pp -= gainP * this.#pp;
  }

  /** Unseen, it is less and less likely to go on as it went; and no surer than `mostVariance` unsure where it is. */
  fade(share: number, mostVariance: number): void {
    this.velocity *= share;
    this.#pv *= share;
    if (this.#pp > mostVariance) {
      this.#pv *= Math.sqrt(mostVariance / this.#pp);
      this.#pp = mostVariance;
    }
  }
}
