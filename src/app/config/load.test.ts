import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareConfigurations } from './compare.ts';
import { loadConfiguration } from './load.ts';
import { formatProblem } from './problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'ngatu-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scene = `lanes:
  - {id: a, name: A, group: north, polygon: [[0, 1], [1, 1], [0.5, 0]], direction: [[0.5, 1], [0.5, 0]]}
`;

/** Writes the files and reads the first. */
function load(files: Readonly<Record<string, string>>, env: Record<string, string> = {}) {
  const all = { 'models/nanodet-g.yaml': 'x: 1', 'scene.yaml': scene, 'clip.mp4': '', ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const first = join(folder, Object.keys(files)[0]!);
  const loaded = loadConfiguration(first, { env, models: join(folder, 'models') });
  const said = loaded.problems.map((problem) =>
    formatProblem({ ...problem, file: problem.file.replace(/^.*\//, '') }),
  );
  return { configuration: loaded.configuration, said };
}

const head = 'domains: {city: {name: City}}\n';

describe('loadConfiguration', () => {
  it('lays camera over template over defaults', () => {
    const { configuration, said } = load(
      {
        'streams.yaml': `${head}
credentials: {all: {user: admin, password: "\${PASSWORD}"}}
defaults: {credentials: all, domain: city}
templates:
  junction: {analysis: {picturesPerSecond: 4, scene: scene.yaml, rules: {stoppedVehicle: {dwellSeconds: 12, emptySeconds: 5}}}}
cameras:
  - {id: plain, name: Plain, streams: {main: "rtsp://10.0.0.1/main", sub: "rtsp://10.0.0.1/sub"}}
  - id: watched
    name: Watched
    template: junction
    simulate: clip.mp4
    analysis: {rules: {stoppedVehicle: {dwellSeconds: 20}}}
`,
      },
      { PASSWORD: 'p@ss' },
    );
    expect(said).toEqual([]);
    const [watched, plain] = configuration!.cameras;
    expect(plain!.camera).toMatchObject({
      id: 'plain',
      domain: 'city',
      credentials: { user: 'admin', password: 'p@ss' },
    });
    expect(plain!.camera.streams.sub?.url).toBe('rtsp://10.0.0.1/sub');
    expect(watched!.simulate).toBe(join(folder, 'clip.mp4'));
    expect(watched!.camera.analysis).toMatchObject({ model: 'nanodet-g', picturesPerSecond: 4 });
    expect(watched!.rules!.stoppedVehicle).toMatchObject({ dwellSeconds: 20, emptySeconds: 5 });
  });

  it('reports every mistake with its line and a suggestion', () => {
    const { said } = load({
      'streams.yaml': `domains: {city: {name: City}}
camras: []
cameras:
  - {id: a, nmae: A, domain: city, streams: {main: "rtsp://h/1"}}
  - {id: b, name: B, domain: ctiy, streams: {main: "rtsp://h/1"}}
  - {id: b, name: C, domain: city, streams: {main: "rtsp://h/1"}}
  - {id: d, name: D, domain: city, streams: {main: "http://h/1"}}
  - {id: e, name: E, domain: city, streams: {main: "rtsp://user:hunter2@h/1"}}
  - {id: f, name: F, domain: city}
  - id: g
    name: G
    domain: city
    simulate: nowhere.mp4
  - {id: h, name: H, domain: city, simulate: clip.mp4, credentials: {user: u, password: "\${MISSING}"}}
  - {id: i, name: I, domain: city, simulate: clip.mp4, analysis: {model: yolo, scene: scene.yaml}}
  - {id: j, name: J, domain: city, simulate: clip.mp4, analysis: {scene: scene.yaml, rules: {congestion: {dwelSeconds: 3}}}}
`,
    });
    const text = said.join('\n');
    expect(text).toMatch(/^streams\.yaml:2:1: unknown key 'camras' \(did you mean 'cameras'\?\)$/m);
    expect(text).toMatch(
      /^streams\.yaml:4:\d+: unknown key 'nmae' in cameras\.0 \(did you mean 'name'\?\)$/m,
    );
    expect(text).toMatch(/^streams\.yaml:5:\d+: camera 'b': no domain 'ctiy' \(did you mean 'city'\?\)$/m);
    expect(text).toMatch(/^streams\.yaml:6:\d+: camera id 'b' is taken \(first used at .*:5\)$/m);
    expect(text).toMatch(/^streams\.yaml:7:\d+: cameras\.3\.streams\.main: expected rtsp:\/\//m);
    expect(text).toMatch(
      /^streams\.yaml:8:\d+: cameras\.4\.streams\.main: user and password stand in the URL/m,
    );
    expect(text).toMatch(/^streams\.yaml:9:\d+: camera 'f': no stream/m);
    expect(text).toMatch(/^streams\.yaml:13:5: camera 'g': no clip at/m);
    expect(text).toMatch(/^streams\.yaml:14:\d+: camera 'h': the environment variable MISSING is not set$/m);
    expect(text).toMatch(/^streams\.yaml:15:\d+: camera 'i': no model 'yolo'/m);
    expect(text).toMatch(/^streams\.yaml:16:\d+: camera 'j': rules\.congestion: .*dwelSeconds/m);
    expect(text).not.toContain('hunter2');
  });

  it('says where YAML itself is broken', () => {
    const { said } = load({ 'streams.yaml': 'cameras:\n  - {id: a\n  - b' });
    expect(said[0]).toMatch(/^streams\.yaml:\d+:\d+: /);
  });

  it('finds mistakes of a scene in its own file, once', () => {
    const { said } = load({
      'streams.yaml': `${head}cameras:
  - {id: a, name: A, domain: city, simulate: clip.mp4, analysis: {scene: bad.yaml}}
  - {id: b, name: B, domain: city, simulate: clip.mp4, analysis: {scene: bad.yaml}}
`,
      'bad.yaml': `${scene}lines:\n  - {id: l, name: L, kind: spillback, group: south, points: [[0, 0], [1, 1]]}\n`,
    });
    expect(said).toEqual([
      expect.stringMatching(
        /^bad\.yaml:4:\d+: lines\.0\.group: no lane has the group 'south'; there are north/,
      ),
    ]);
  });

  it('takes cameras from included YAML and CSV files, with places in those files', () => {
    const { configuration, said } = load({
      'streams.yaml': `${head}include: [more/ports.csv, more.yaml]\ncameras: []\n`,
      'more/ports.csv':
        '\ufeffid;name;domain;latitude;longitude;main\nport-1;"Cảng; cầu 1";city;20.95;107.07;rtsp://10.0.0.2/1\n',
      'more.yaml': 'cameras:\n  - {id: m, name: M, domain: city, streams: {main: "rtsp://10.0.0.3/1"}}\n',
    });
    expect(said).toEqual([]);
    expect(configuration!.cameras.map(({ camera }) => camera.name)).toEqual(['Cảng; cầu 1', 'M']);
    expect(configuration!.files).toHaveLength(3);
    const wrong = load({
      'streams.yaml': `${head}include: [wrong.csv, missing.yaml, streams.yaml]\n`,
      'wrong.csv': 'id,name,domain,main\nok,Ok,city,rtsp://h/1\nbad,Bad,city,ftp://h/1\n',
    });
    expect(wrong.said.join('\n')).toMatch(/wrong\.csv:3:1: cameras\.1\.streams\.main: expected rtsp/);
    expect(wrong.said.join('\n')).toMatch(/streams\.yaml:2:\d+: cannot read '.*missing\.yaml': ENOENT/);
    expect(wrong.said.join('\n')).toMatch(/is included twice/);
  });

  it('compares camera by camera', () => {
    const camera = (id: string, more = '') =>
      `  - {id: ${id}, name: N, domain: city, streams: {main: "rtsp://h/${id}"}${more}}\n`;
    const before = load({ 'streams.yaml': `${head}cameras:\n${camera('a')}${camera('b')}${camera('c')}` })
      .configuration!;
    const after = load({
      'streams.yaml': `${head}cameras:\n${camera('a')}${camera('c', ', credentials: {user: u, password: p}')}${camera('d')}`,
    }).configuration!;
    expect(compareConfigurations(before, after)).toMatchObject({
      added: [{ camera: { id: 'd' } }],
      removed: ['b'],
      changed: [{ camera: { camera: { id: 'c' } }, fields: ['stream'] }],
    });
    expect(compareConfigurations(after, after)).toEqual({ added: [], removed: [], changed: [] });
  });
});
