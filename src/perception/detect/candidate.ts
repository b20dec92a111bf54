/** What a head gives for one place of its map: pixels of the input, nothing suppressed yet. */
export interface Candidate {
  /** Index into the description's labels. */
  readonly label: number;
  /** 0 to 1. */
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One output of a model. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Outputs by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Dimensions by output name; `null` where any number will do. */
export type ExpectedDims = Readonly<Record<string, readonly (number | null)[]>>;

/** Reads one family of models. */
export interface Head {
  /** What the outputs must look like for an input of this size. */
  expects(input: Size): ExpectedDims;
  /** Candidates of at least this score, in no order. */
  read(outputs: Tensors, input: Size, least: number): Candidate[];
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The raw value from which on a score is at least `least`: saves the exponential for all others. */
export function rawThreshold(least: number, scoresAre: 'logits' | 'probabilities'): number {
  return scoresAre === 'logits' ? Math.log(least / (1 - least)) : least;
}

export function probability(raw: number, scoresAre: 'logits' | 'probabilities'): number {
  return scoresAre === 'logits' ? sigmoid(raw) : raw;
}
