import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { IncidentPanel } from '../incidents/incident-panel.tsx';
import { openWallSocket } from '../link/wall-socket.ts';
import { cameras } from '../shell/city.ts';
import { useKeys } from '../shell/keys.ts';
import { words } from '../words/words.ts';
import { CameraList } from './camera-list.tsx';
import { fill, type Layout, loadLayout, place, saveLayout, TILE_COUNTS, type TileCount } from './layout.ts';
import { Tile } from './tile.tsx';

const layout = signal<Layout>(loadLayout());
const chosen = signal(0);
const enlarged = signal(false);
/** Nobody sees a hidden page: its tiles are given up, and come back with it. */
const visible = signal(!document.hidden);

function change(next: Layout): void {
  layout.value = next;
  saveLayout(next);
}

/** On the chosen tile if it is free, else on the first free one, else on the chosen one. */
export function showCamera(camera: string): void {
  const { tiles, cameras: placed } = layout.value;
  const there = placed.slice(0, tiles).indexOf(camera);
  const free = placed.slice(0, tiles).indexOf(undefined);
  const tile = there >= 0 ? there : placed[chosen.value] === undefined || free < 0 ? chosen.value : free;
  chosen.value = tile;
  if (there < 0) change(place(layout.value, tile, camera));
}

export function WallPage() {
  const socket = useMemo(openWallSocket, []);
  useEffect(() => {
    const look = (): void => {
      visible.value = !document.hidden;
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      socket.close();
    };
  }, [socket]);
  useWallKeys();
  const known = cameras.value.size > 0;
  useEffect(() => {
    if (known && !layout.value.arranged) fillTiles();
  }, [known]);

  const { tiles, cameras: placed } = layout.value;
  const side = Math.sqrt(tiles);
  const shown = enlarged.value ? [chosen.value] : Array.from({ length: tiles }, (_, tile) => tile);
  return (
    <main class="wall-page">
      <CameraList show={showCamera} />
      <section class="wall">
        <Tools />
        <div class="tiles" data-side={enlarged.value ? 1 : side}>
          {shown.map((tile) => (
            <Tile
              key={`${tile} ${placed[tile] ?? ''}`}
              socket={socket}
              camera={visible.value ? placed[tile] : undefined}
              id={placed[tile]}
              tier={tiles > 36 && !enlarged.value && tile !== chosen.value ? 'keyframes' : 'full'}
              chosen={tile === chosen.value}
              choose={() => {
                chosen.value = tile;
              }}
              enlarge={() => {
                chosen.value = tile;
                enlarged.value = !enlarged.value;
              }}
              clear={() => change(place(layout.value, tile, undefined))}
            />
          ))}
        </div>
      </section>
      <IncidentPanel show={showCamera} />
    </main>
  );
}

function Tools() {
  const w = words().wall;
  return (
    <div class="tools" role="toolbar">
      {TILE_COUNTS.map((count) => (
        <button
          type="button"
          key={count}
          title={w.tiles(count)}
          class={layout.value.tiles === count ? 'chosen' : ''}
          aria-pressed={layout.value.tiles === count}
          onClick={() => setTiles(count)}
        >
          {count}
        </button>
      ))}
      <button type="button" onClick={fillTiles}>
        {w.fill}
      </button>
    </div>
  );
}

function setTiles(tiles: TileCount): void {
  enlarged.value = false;
  chosen.value = Math.min(chosen.value, tiles - 1);
  change({ ...layout.value, tiles });
  if (!layout.value.arranged) fillTiles();
}

/** The junctions first, then whatever is live. */
function fillTiles(): void {
  const all = [...cameras.value.values()];
  const rank = (analysed: boolean, state: string): number => (analysed ? 0 : 2) + (state === 'live' ? 0 : 1);
  const offered = all.toSorted((a, b) => rank(a.analysed, a.state) - rank(b.analysed, b.state));
  change(
    fill(
      layout.value,
      offered.map(({ id }) => id),
    ),
  );
}

function useWallKeys(): void {
  const side = Math.sqrt(layout.value.tiles);
  const move = (by: number): void => {
    chosen.value = Math.min(layout.value.tiles - 1, Math.max(0, chosen.value + by));
  };
  useKeys({
    ...Object.fromEntries(TILE_COUNTS.map((count, i) => [String(i + 1), () => setTiles(count)])),
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    ArrowUp: () => move(-side),
    ArrowDown: () => move(side),
    Enter: () => {
      enlarged.value = !enlarged.value;
    },
    Delete: () => change(place(layout.value, chosen.value, undefined)),
  });
}
