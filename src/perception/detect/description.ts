import { z } from 'zod';
import { NgatuError } from '#base';

const names = z.array(z.string().min(1)).min(1).max(8);
const channels = z.tuple([z.number(), z.number(), z.number()]);
const side = z.number().int().min(32).max(4096);

const inputSchema = z.strictObject({
  /** Of the graph's input. */
  name: z.string().min(1),
  type: z.enum(['uint8', 'float32']),
  layout: z.enum(['nhwc', 'nchw']),
  colours: z.enum(['rgb', 'bgr']),
  width: side,
  height: side,
  /** Height and width of the graph are free, in steps of this many pixels; absent where they are fixed. */
  multipleOf: z.number().int().min(1).max(256).optional(),
  /** What the graph expects is (byte - mean) / deviation, both in the order of `colours`; absent: the byte itself. */
  normalisation: z.strictObject({ mean: channels, deviation: channels }).optional(),
});

const scoresAre = z.enum(['logits', 'probabilities']);
const strides = z.array(z.number().int().min(1).max(256)).min(1).max(8);

const outputSchema = z.discriminatedUnion('decoder', [
  z.strictObject({
    decoder: z.literal('nanodet'),
    strides,
    /** One output a stride: class scores, and for each of the four sides a distribution over distances. */
    scores: names,
    distances: names,
    scoresAre,
    /** `planar`: [1, channels, rows, columns]; `rows`: [1, cells, channels]. */
    layout: z.enum(['planar', 'rows']),
  }),
  z.strictObject({
    decoder: z.literal('ssd'),
    /** [1, n, 4] or [1, n, 1, 4], corners in fractions of the input. */
    boxes: z.string(),
    order: z.enum(['xyxy', 'yxyx']),
    /** [1, n, classes]; or [1, n] with `classes` beside it. */
    scores: z.string(),
    scoresAre,
    classes: z.string().optional(),
    /** Number of the first label: 1 where 0 is the background. */
    firstLabel: z.number().int().min(0).max(1),
  }),
  z.strictObject({
    decoder: z.literal('yolox'),
    strides,
    /** [1, n, 5 + classes]: centre, size, objectness, classes, all cells of all strides in their order. */
    output: z.string(),
    scoresAre,
    /** `grid`: centre in cells from its own cell, size as a logarithm of cells; `pixels`: both in pixels of the input. */
    boxesIn: z.enum(['grid', 'pixels']),
  }),
  z.strictObject({
    decoder: z.literal('yolov8'),
    /** [1, 4 + classes, n], or [1, n, 4 + classes] for `rows`: centre and size in pixels of the input, then classes. */
    output: z.string(),
    layout: z.enum(['planar', 'rows']),
    scoresAre,
  }),
  z.strictObject({
    decoder: z.literal('detr'),
    /** [1, n, classes], and one more, the last, for "nothing" where `scoresAre` is `softmax`. */
    scores: z.string(),
    scoresAre: z.enum(['logits', 'softmax']),
    /** [1, n, 4]: centre and size in fractions of the input. */
    boxes: z.string(),
  }),
]);

const descriptionSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string().min(1),
  origin: z.string().min(1),
  input: inputSchema,
  output: outputSchema,
  /** In the order of the model's classes: a road user, or any other word for what is of no interest. */
  labels: z.array(z.string().min(1)).min(1).max(2000),
  /** Detections below are not looked at; 0.12 unless told. */
  leastConfidence: z.number().min(0.01).max(0.9).default(0.12),
});

/** How a model is fed and read: models/<name>.yaml. */
export type ModelDescription = Readonly<z.infer<typeof descriptionSchema>>;
export type ModelOutput = ModelDescription['output'];
export type HeadOf<Decoder extends ModelOutput['decoder']> = Extract<ModelOutput, { decoder: Decoder }>;

/** Checks what was read from a description; `where` names it in the error, `MODEL_DESCRIPTION_WRONG`. */
export function describeModel(read: unknown, where: string): ModelDescription {
  const result = descriptionSchema.safeParse(read);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw new NgatuError(
    'MODEL_DESCRIPTION_WRONG',
    `${where} does not describe a model: ${problems.join('; ')}`,
    {
      kind: 'config',
      context: { where, problems: problems.length },
    },
  );
}
