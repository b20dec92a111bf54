import { z } from 'zod';

/** What may stand in `streams.yaml` and the YAML files it includes, before templates and names are resolved. */

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected lower-case letters, digits, dots, hyphens (at most 64)');
const name = z.string().trim().min(1).max(120);

const streamUrl = z
  .string()
  .max(2048)
  .superRefine((text, context) => {
    const url = URL.parse(text);
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (url === null || !/^rtsps?:$/.test(url.protocol) || url.hostname === '')
      fault('expected rtsp://host[:port]/path or rtsps://host[:port]/path');
    else if (url.username !== '' || url.password !== '')
      fault(
        'user and password stand in the URL; give them under `credentials` so that they never reach a log',
      );
  });

/** A literal, or `${NAME}` for an environment variable; only the whole value may be one. */
const secret = z.string().min(1).max(256);

export const credentialsSchema = z.strictObject({ user: secret, password: secret });

const location = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** Compass degrees. */
  heading: z.number().min(0).max(360).optional(),
});

const analysis = z.strictObject({
  /** Name of a model in models/. */
  model: z.string().optional(),
  picturesPerSecond: z.number().min(0.2).max(15).optional(),
  stream: z.enum(['main', 'sub']).optional(),
  /** A YAML file, found from the file that names it, or the scene itself. */
  scene: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  /** Checked by the rules' own schema once templates are merged. */
  rules: z.record(z.string(), z.unknown()).optional(),
});

/** What defaults, templates and cameras have in common. */
const cameraParts = {
  domain: z.string().optional(),
  location: location.optional(),
  streams: z.strictObject({ main: streamUrl.optional(), sub: streamUrl.optional() }).optional(),
  /** A clip, found from the file that names it: the program serves it itself, as a camera on loopback. */
  simulate: z.string().optional(),
  credentials: z.union([z.string(), credentialsSchema]).optional(),
  analysis: analysis.optional(),
};

export const cameraPartsSchema = z.strictObject(cameraParts);
export const cameraSchema = z.strictObject({ id, name, template: z.string().optional(), ...cameraParts });

export const fileSchema = z.strictObject({
  site: z
    .strictObject({
      name,
      timezone: z
        .string()
        .refine(isTimezone, 'expected an IANA time zone such as Asia/Ho_Chi_Minh')
        .optional(),
      map: z
        .strictObject({ latitude: z.number(), longitude: z.number(), zoom: z.number().min(1).max(20) })
        .optional(),
    })
    .optional(),
  domains: z.record(id, z.strictObject({ name })).optional(),
  credentials: z.record(id, credentialsSchema).optional(),
  defaults: cameraPartsSchema.optional(),
  templates: z.record(id, cameraPartsSchema).optional(),
  include: z.array(z.string().min(1)).max(256).optional(),
  dialling: z
    .strictObject({
      perSecond: z.number().min(1).max(5000).optional(),
      atOnce: z.number().int().min(1).max(5000).optional(),
      perHost: z.number().int().min(1).max(5000).optional(),
    })
    .optional(),
  cameras: z.array(cameraSchema).max(20_000).optional(),
});

export type CameraParts = z.output<typeof cameraPartsSchema>;
export type CameraEntry = z.output<typeof cameraSchema>;
export type ConfigurationFile = z.output<typeof fileSchema>;

function isTimezone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
