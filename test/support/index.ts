/**
 * test/support: the foreign world for tests. Small clips made by ffmpeg (`tinyClip('h265')`), what FFmpeg makes of a file or an
 * address (`probe`, `play`), GStreamer's RTSP server as a camera and its rtspsrc as a client nobody here wrote, simulated cameras handed
 * out one by one (`simulatedCameras`), a naked RTSP connection that shows every packet (`dialWire`).
 * For tests and benches only: nothing under src may import it but `*.test.ts`.
 */

export { selfSignedCertificate } from './certificate.ts';
export { type ClipRecipe, recipes, tinyClip } from './clips.ts';
export { gstreamerCamera, gstreamerMissing, playWithGStreamer } from './gstreamer.ts';
export { play, probe } from './probe.ts';
export { type SimulatedCameras, sequenceSteps, simulatedCameras } from './simulated-cameras.ts';
export { dialWire, parseRtp, type RtpFields, type Wire } from './wire.ts';
