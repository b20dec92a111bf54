import type { Head } from '../candidate.ts';
import type { ModelDescription } from '../description.ts';
import { familiesOf } from '../road-users.ts';
import { detrHead } from './detr.ts';
import { nanodetHead } from './nanodet.ts';
import { ssdHead } from './ssd.ts';
import { yolov8Head } from './yolov8.ts';
import { yoloxHead } from './yolox.ts';

/** The head that reads this model's outputs. */
export function headOf({ output, labels }: ModelDescription): Head {
  switch (output.decoder) {
    case 'nanodet':
      return nanodetHead(output, familiesOf(labels));
    case 'ssd':
      return ssdHead(output, labels.length);
    case 'yolox':
      return yoloxHead(output, labels.length);
    case 'yolov8':
      return yolov8Head(output, labels.length);
    case 'detr':
      return detrHead(output, labels.length);
  }
}
