import { Document, isMap, visit } from 'yaml';
import type { Point } from '#base';
import type { Scene } from '#camera';

/** A scene as people write it, for `sceneSchema`: points as `[x, y]` pairs of four decimals, lists of points on one line. */
export function sceneYaml(scene: Scene, about: string): string {
  const document = new Document({
    lanes: scene.lanes.map(({ polygon, direction, stopLine, ...lane }) => ({
      ...lane,
      polygon: polygon.map(pair),
      direction: direction.map(pair),
      ...(stopLine ? { stopLine: stopLine.map(pair) } : {}),
    })),
    zones: scene.zones.map(({ polygon, ...zone }) => ({ ...zone, polygon: polygon.map(pair) })),
    lines: scene.lines.map(({ points, ...line }) => ({ ...line, points: points.map(pair) })),
    ...(scene.groundPlane
      ? {
          groundPlane: {
            picture: scene.groundPlane.picture.map(pair),
            metres: scene.groundPlane.metres.map(pair),
          },
        }
      : {}),
  });
  document.commentBefore = ` ${about}\n Points are fractions of the picture, x to the right and y downwards.`;
  visit(document, {
    Seq(_key, list) {
      if (list.items.every((item) => !isMap(item))) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

function pair({ x, y }: Point): readonly [number, number] {
  // Adding 0 turns -0 into 0.
  return [Number(x.toFixed(4)) + 0, Number(y.toFixed(4)) + 0];
}
