/** How many tiles the wall has, which camera is on which, kept in this browser. */
export const TILE_COUNTS = [1, 4, 9, 16, 36, 64] as const;
export type TileCount = (typeof TILE_COUNTS)[number];

export interface Layout {
  readonly tiles: TileCount;
  /** One entry a tile of the largest layout, so that a smaller wall forgets nothing. */
  readonly cameras: readonly (string | undefined)[];
  /** Whether somebody has chosen what is where; until then the wall fills itself. */
  readonly arranged: boolean;
}

const KEY = 'ngatu.wall';
const MOST = TILE_COUNTS[TILE_COUNTS.length - 1]!;

export function loadLayout(): Layout {
  const cameras = Array.from({ length: MOST }, () => undefined);
  const empty: Layout = { tiles: 16, cameras, arranged: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<Layout> | null;
    const tiles = TILE_COUNTS.find((count) => count === kept?.tiles);
    if (kept === null || tiles === undefined || !Array.isArray(kept.cameras)) return empty;
    const placed = empty.cameras.map((_, i) =>
      typeof kept.cameras?.[i] === 'string' ? kept.cameras[i] : undefined,
    );
    return { tiles, cameras: placed, arranged: kept.arranged !== false };
  } catch {
    return empty;
  }
}

export function saveLayout(layout: Layout): void {
  localStorage.setItem(
    KEY,
    JSON.stringify({ ...layout, cameras: layout.cameras.map((camera) => camera ?? null) }),
  );
}

export function place(layout: Layout, tile: number, camera: string | undefined): Layout {
  const cameras = layout.cameras.map((now, i) => (i === tile ? camera : now));
  return { ...layout, cameras, arranged: true };
}

/** Fills empty tiles with cameras that are not on the wall yet. */
export function fill(layout: Layout, offered: readonly string[]): Layout {
  const shown = new Set(layout.cameras.slice(0, layout.tiles));
  const fresh = offered.filter((camera) => !shown.has(camera));
  let next = 0;
  return {
    ...layout,
    cameras: layout.cameras.map((camera, i) =>
      i < layout.tiles && camera === undefined ? fresh[next++] : camera,
    ),
  };
}
