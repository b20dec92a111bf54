import { Counter, Gauge, Histogram, Registry } from 'prom-client';

type Labels = Readonly<Record<string, string | number>>;

/** Counters, gauges and histograms under their Prometheus names; asking twice for a name gives the same one. */
export interface Metrics {
  counter(
    name: string,
    help: string,
    labels?: readonly string[],
  ): { inc(labels?: Labels, by?: number): void };
  gauge(
    name: string,
    help: string,
    labels?: readonly string[],
  ): { set(value: number, labels?: Labels): void };
  /** Read at scrape time, so that the hot path keeps its own plain numbers. */
  sampled(name: string, help: string, kind: 'counter' | 'gauge', read: () => number): void;
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly string[],
  ): {
    observe(value: number, labels?: Labels): void;
  };
  /** Text in the Prometheus exposition format. */
  expose(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const once = <T>(name: string, make: () => T): T =>
    (registry.getSingleMetric(name) as T | undefined) ?? make();
  const base = (name: string, help: string, labels: readonly string[] = []) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    counter(name, help, labels) {
      const counter = once(name, () => new Counter(base(name, help, labels)));
      return { inc: (at = {}, by = 1) => counter.inc(at, by) };
    },
    gauge(name, help, labels) {
      const gauge = once(name, () => new Gauge(base(name, help, labels)));
      return { set: (value, at = {}) => gauge.set(at, value) };
    },
    sampled(name, help, kind, read) {
      if (kind === 'gauge')
        once(
          name,
          () =>
            new Gauge({
              ...base(name, help),
              collect() {
                this.set(read());
              },
            }),
        );
      else
        once(
          name,
          () =>
            new Counter({
              ...base(name, help),
              collect() {
                this.reset();
                this.inc(read());
              },
            }),
        );
    },
    histogram(name, help, buckets, labels) {
      const histogram = once(
        name,
        () => new Histogram({ ...base(name, help, labels), buckets: [...buckets] }),
      );
      return { observe: (value, at = {}) => histogram.observe(at, value) };
    },
    expose: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
