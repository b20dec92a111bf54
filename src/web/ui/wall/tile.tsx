import { useEffect, useRef, useState } from 'preact/hooks';
import type { Tier, WallChannel, WallSocket } from '../link/wall-socket.ts';
import { cameras, openIncidents } from '../shell/city.ts';
import { duration, words } from '../words/words.ts';
import { createPlayer, type Player } from './player.ts';

interface TileProps {
  readonly socket: WallSocket;
  /** Undefined: nothing is shown, because the tile is empty or the page hidden. */
  readonly camera: string | undefined;
  /** Whose tile it is, shown or not. */
  readonly id: string | undefined;
  readonly tier: Tier;
  readonly chosen: boolean;
  readonly choose: () => void;
  readonly enlarge: () => void;
  readonly clear: () => void;
}

/** A picture older than this is said to be old, by tier: twice what should come between two of them, and some patience. */
const OLD_MS: Readonly<Record<Tier, number>> = { full: 2_000, keyframes: 6_000 };

/** Pictures that were left out are told for so long after the last one. */
const TOLD_MS = 5_000;

interface News {
  readonly state: string | undefined;
  readonly reason: string;
  readonly failure: string | undefined;
  readonly dropped: number;
  readonly transcoded: boolean;
}

const NOTHING: News = { state: undefined, reason: '', failure: undefined, dropped: 0, transcoded: false };

export function Tile({ socket, camera, id, tier, chosen, choose, enlarge, clear }: TileProps) {
  const video = useRef<HTMLVideoElement>(null);
  const player = useRef<Player | undefined>(undefined);
  const channel = useRef<WallChannel | undefined>(undefined);
  const wanted = useRef(tier);
  const [news, setNews] = useState<News>(NOTHING);
  wanted.current = tier;

  useEffect(() => {
    if (camera === undefined || video.current === null) return;
    let forgetting: ReturnType<typeof setTimeout> | undefined;
    const playing = createPlayer(video.current, () => wanted.current === 'keyframes');
    const opened = socket.open(camera, wanted.current, {
      format: ({ mime, transcoded }) => {
        playing.format(mime);
        setNews((now) => ({ ...now, transcoded, failure: undefined }));
      },
      frame: (frame) => playing.frame(frame),
      dropped: ({ pictures }) => {
        setNews((now) => ({ ...now, dropped: now.dropped + pictures }));
        clearTimeout(forgetting);
        forgetting = setTimeout(() => setNews((now) => ({ ...now, dropped: 0 })), TOLD_MS);
      },
      state: ({ state, reason }) => setNews((now) => ({ ...now, state, reason })),
      failed: ({ message }) => setNews((now) => ({ ...now, failure: message })),
      lost: () => {},
    });
    player.current = playing;
    channel.current = opened;
    return () => {
      clearTimeout(forgetting);
      opened.close();
      playing.close();
      player.current = undefined;
      channel.current = undefined;
      setNews(NOTHING);
    };
  }, [socket, camera]);
  useEffect(() => channel.current?.tier(tier), [tier]);

  const w = words();
  if (id === undefined)
    return (
      <button type="button" class={`tile empty ${chosen ? 'chosen' : ''}`} onClick={choose}>
        {chosen ? w.wall.empty : ''}
      </button>
    );
  const name = cameras.value.get(id)?.name ?? id;
  const alarm = openIncidents.value.find((incident) => incident.camera === id);
  const trouble = troubleOf(news);
  return (
    <figure
      class={`tile ${chosen ? 'chosen' : ''} ${alarm === undefined ? '' : `alarm ${alarm.severity}`}`}
      onClick={choose}
      onDblClick={enlarge}
    >
      <video ref={video} muted playsInline disablePictureInPicture />
      {trouble !== undefined && (
        <p class="trouble">
          {w.states[trouble.state] ?? trouble.state}
          {trouble.reason !== '' && <small>{trouble.reason}</small>}
        </p>
      )}
      <Age player={player} oldAfterMs={OLD_MS[tier]} />
      <figcaption>
        <span class={`dot ${news.state ?? 'connecting'}`} />
        <span class="name">{name}</span>
        {alarm !== undefined && <span class="kind">{w.kinds[alarm.kind]}</span>}
        {tier === 'keyframes' && <span class="note">{w.wall.keyframes}</span>}
        {news.transcoded && <span class="note">{w.wall.transcoded}</span>}
        {news.dropped > 0 && <span class="note">{w.wall.dropped(news.dropped)}</span>}
      </figcaption>
      <button type="button" class="plain clear" title={w.wall.clear} onClick={clear}>
        ×
      </button>
    </figure>
  );
}

function troubleOf({
  state,
  reason,
  failure,
}: News): { readonly state: string; readonly reason: string } | undefined {
  if (failure !== undefined) return { state: failure, reason: '' };
  return state === undefined || state === 'live' ? undefined : { state, reason };
}

interface AgeProps {
  readonly player: { readonly current: Player | undefined };
  readonly oldAfterMs: number;
}

/** Looked at a few times a second, written past the component: 64 tiles must not be rendered anew for it. */
function Age({ player, oldAfterMs }: AgeProps) {
  const label = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const look = (): void => {
      const element = label.current;
      if (element === null) return;
      const age = player.current?.age();
      const w = words().wall;
      const old = age !== undefined && age > oldAfterMs;
      element.parentElement?.classList.toggle('old', old);
      element.parentElement?.classList.toggle('blank', age === undefined);
      element.textContent =
        age === undefined
          ? (player.current?.failure ?? w.waiting)
          : old
            ? w.old(duration(age))
            : duration(age);
    };
    const timer = setInterval(look, 250);
    return () => clearInterval(timer);
  }, [player, oldAfterMs]);
  return <span class="age" ref={label} />;
}
