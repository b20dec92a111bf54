/**
 * preview: AccessUnit -> what a person looks at. Fragmented MP4 on the wall's socket, stills, clips of evidence.
 * Runs in the serving process; whatever touches pixels or starts ffmpeg in a process of its own, the darkroom.
 * Never keeps a camera connected, never judges traffic, never touches a request.
 */
export {
  createDarkroom,
  type Darkroom,
  type DarkroomDeps,
  type DarkroomOptions,
  type DarkroomStats,
} from './darkroom/darkroom.ts';
export type { Drawing, DrawnArea, DrawnBox } from './darkroom/drawing.ts';
export type { StillFormat } from './darkroom/pack.ts';
export { type ClipRecording, type ClipRecordingOptions, recordClip } from './evidence/clip-recording.ts';
export { type Clip, type ClipOptions, createClip } from './mp4/clip.ts';
export { createMuxer, type Muxer, type Tier } from './mp4/muxer.ts';
export type { PictureFault } from './picture-watch/judge.ts';
export {
  createPictureWatch,
  type PictureFinding,
  type PictureWatch,
  type PictureWatchDeps,
  type PictureWatchOptions,
  type PictureWatchStats,
} from './picture-watch/picture-watch.ts';
export type { WatchedPicture } from './picture-watch/watched.ts';
export {
  createStills,
  type Still,
  type StillRequest,
  type Stills,
  type StillsDeps,
} from './stills/stills.ts';
export {
  createTranscoder,
  type Transcoder,
  type TranscoderDeps,
  type TranscoderOptions,
  type TranscoderStats,
} from './transcode/transcoder.ts';
export type {
  Wall,
  WallConnection,
  WallDeps,
  WallLimits,
  WallSocket,
  WallSources,
  WallStats,
  WallStream,
  WallTranscoder,
  WallViewer,
} from './wall/port.ts';
export { createWall } from './wall/wall.ts';
export type * from './wall-messages.ts';
