/**
 * Writes streams.yaml: 1,300 demonstration cameras in nine departments of Hạ Long. Street and ward names and rough
 * coordinates are real; the cameras, their number and their owners are invented. The same seed gives the same file.
 *
 *   node scripts/make-demo-streams.ts > streams.yaml
 */

interface Ward {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly streets: readonly string[];
}

const wards: readonly Ward[] = [
  {
    name: 'Bãi Cháy',
    latitude: 20.957,
    longitude: 107.045,
    streets: ['Hạ Long', 'Hoàng Quốc Việt', 'Hậu Cần', 'Vườn Đào', 'Phan Chu Trinh'],
  },
  {
    name: 'Hùng Thắng',
    latitude: 20.957,
    longitude: 107.012,
    streets: ['Hoàng Quốc Việt', 'Hùng Thắng', 'Sun Avenue'],
  },
  {
    name: 'Tuần Châu',
    latitude: 20.93,
    longitude: 106.988,
    streets: ['Tuần Châu', 'Ngọc Châu', 'Bến phà Tuần Châu'],
  },
  {
    name: 'Giếng Đáy',
    latitude: 20.977,
    longitude: 107.006,
    streets: ['Quốc lộ 18', 'Cái Lân', 'Đặng Châu Tuệ'],
  },
  { name: 'Hà Khẩu', latitude: 20.983, longitude: 106.985, streets: ['An Tiêm', 'Quốc lộ 18', 'Ga Hạ Long'] },
  {
    name: 'Việt Hưng',
    latitude: 21.004,
    longitude: 106.957,
    streets: ['Quốc lộ 279', 'Đồng Đăng', 'Khu công nghiệp Việt Hưng'],
  },
  {
    name: 'Đại Yên',
    latitude: 20.976,
    longitude: 106.927,
    streets: ['Quốc lộ 18', 'Yên Cư', 'Cầu Tình Yêu'],
  },
  {
    name: 'Hồng Gai',
    latitude: 20.95,
    longitude: 107.082,
    streets: ['Lê Thánh Tông', 'Long Tiên', 'Bến Tàu', 'Trần Quốc Nghiễn'],
  },
  {
    name: 'Bạch Đằng',
    latitude: 20.952,
    longitude: 107.077,
    streets: ['Bạch Đằng', '25 Tháng 4', 'Lê Quý Đôn', 'Lê Thánh Tông'],
  },
  {
    name: 'Trần Hưng Đạo',
    latitude: 20.953,
    longitude: 107.088,
    streets: ['Trần Hưng Đạo', 'Giếng Đồn', 'Văn Lang', 'Kênh Liêm'],
  },
  { name: 'Yết Kiêu', latitude: 20.958, longitude: 107.076, streets: ['Lê Lợi', 'Yết Kiêu', 'Loong Toòng'] },
  { name: 'Cao Xanh', latitude: 20.97, longitude: 107.084, streets: ['Trần Phú', 'Cao Xanh', 'Đặng Bá Hát'] },
  { name: 'Hà Khánh', latitude: 20.985, longitude: 107.1, streets: ['Hà Khánh', 'Trần Phú', 'Cầu Bang'] },
  { name: 'Cao Thắng', latitude: 20.961, longitude: 107.094, streets: ['Cao Thắng', 'Kênh Liêm', 'Tô Hiệu'] },
  {
    name: 'Hồng Hải',
    latitude: 20.948,
    longitude: 107.104,
    streets: ['Nguyễn Văn Cừ', 'Trần Thái Tông', 'Hải Phúc', 'Trần Quốc Nghiễn'],
  },
  {
    name: 'Hồng Hà',
    latitude: 20.946,
    longitude: 107.12,
    streets: ['Nguyễn Văn Cừ', 'Cột 8', 'Lý Thường Kiệt', 'Bãi Muối'],
  },
  { name: 'Hà Lầm', latitude: 20.966, longitude: 107.115, streets: ['Nguyễn Văn Trỗi', 'Hà Lầm', 'Minh Hà'] },
  { name: 'Hà Trung', latitude: 20.965, longitude: 107.131, streets: ['Hà Trung', 'Nguyễn Văn Trỗi'] },
  { name: 'Hà Tu', latitude: 20.957, longitude: 107.15, streets: ['Vũ Văn Hiếu', 'Quốc lộ 18', 'Hà Tu'] },
  {
    name: 'Hà Phong',
    latitude: 20.958,
    longitude: 107.175,
    streets: ['Vũ Văn Hiếu', 'Quốc lộ 18', 'Khe Cá'],
  },
  { name: 'Hoành Bồ', latitude: 21.06, longitude: 106.99, streets: ['Trới', 'Quốc lộ 279', 'Nguyễn Trãi'] },
];

interface Department {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly cameras: number;
  /** What its cameras look at; `$` stands for the street. */
  readonly views: readonly string[];
}

const departments: readonly Department[] = [
  {
    id: 'giao-thong',
    prefix: 'gt',
    name: 'Cảnh sát giao thông',
    cameras: 260,
    views: [
      '$ – vạch dừng',
      '$ – làn xe máy',
      '$ – hướng trung tâm',
      '$ – hướng ra ngoại thành',
      'Cầu vượt $',
    ],
  },
  {
    id: 'an-ninh',
    prefix: 'an',
    name: 'An ninh trật tự',
    cameras: 240,
    views: ['Đầu phố $', 'Cuối phố $', 'Nhà văn hóa khu phố $', 'Quảng trường $', 'Ngõ $'],
  },
  {
    id: 'do-thi',
    prefix: 'dt',
    name: 'Quản lý đô thị',
    cameras: 180,
    views: ['Vỉa hè $', 'Chợ $', 'Công viên $', 'Công trình $', 'Chiếu sáng $'],
  },
  {
    id: 'du-lich',
    prefix: 'dl',
    name: 'Du lịch',
    cameras: 150,
    views: ['Bãi tắm $', 'Phố đi bộ $', 'Khu khách sạn $', 'Đường bao biển $', 'Điểm đón khách $'],
  },
  {
    id: 'cang-ben',
    prefix: 'cb',
    name: 'Cảng và bến tàu',
    cameras: 120,
    views: ['Cổng cảng $', 'Cầu tàu $', 'Bãi xe bến tàu $', 'Luồng ra vào $'],
  },
  {
    id: 'moi-truong',
    prefix: 'mt',
    name: 'Tài nguyên và môi trường',
    cameras: 110,
    views: ['Trạm quan trắc $', 'Điểm ngập $', 'Suối $', 'Sườn đồi $', 'Bãi trung chuyển $'],
  },
  {
    id: 'giao-duc',
    prefix: 'gd',
    name: 'Giáo dục',
    cameras: 100,
    views: ['Cổng trường tiểu học $', 'Cổng trường THCS $', 'Cổng trường THPT $', 'Bãi đón học sinh $'],
  },
  {
    id: 'y-te',
    prefix: 'yt',
    name: 'Y tế',
    cameras: 70,
    views: ['Cổng bệnh viện $', 'Lối cấp cứu $', 'Trạm y tế $', 'Bãi xe bệnh viện $'],
  },
  {
    id: 'cuu-hoa',
    prefix: 'ch',
    name: 'Phòng cháy, chữa cháy và cứu nạn',
    cameras: 70,
    views: ['Trụ nước $', 'Lối xe chữa cháy $', 'Kho hàng $', 'Chung cư $'],
  },
];

/** The 30 junctions that are watched: name, ward, clip. The clips' incidents are few, as they would be in a city. */
const junctions: readonly (readonly [name: string, ward: string, scene: string])[] = [
  ['Ngã tư Ao Cá', 'Bãi Cháy', 'stopped-in-lane'],
  ['Ngã ba Cái Dăm', 'Bãi Cháy', 'red-light-queue'],
  ['Ngã tư Loong Toòng', 'Yết Kiêu', 'congestion'],
  ['Ngã tư Kênh Liêm', 'Cao Thắng', 'free-flow-day'],
  ['Vòng xuyến Cột 3', 'Hồng Hải', 'wrong-way-motorbike'],
  ['Ngã tư Cột 5', 'Hồng Hải', 'free-flow-day'],
  ['Ngã ba Cột 8', 'Hồng Hà', 'pedestrian-on-carriageway'],
  ['Ngã tư Giếng Đồn', 'Trần Hưng Đạo', 'red-light-queue'],
  ['Ngã ba Hà Khẩu', 'Hà Khẩu', 'free-flow-rain'],
  ['Ngã tư Vườn Đào', 'Bãi Cháy', 'free-flow-day'],
  ['Đầu cầu Bãi Cháy phía Hồng Gai', 'Yết Kiêu', 'stopped-on-shoulder'],
  ['Đầu cầu Bãi Cháy phía Bãi Cháy', 'Bãi Cháy', 'free-flow-night'],
  ['Ngã tư Cái Lân', 'Giếng Đáy', 'red-light-queue'],
  ['Ngã ba Tuần Châu', 'Tuần Châu', 'free-flow-day'],
  ['Ngã tư Hùng Thắng', 'Hùng Thắng', 'free-flow-rain'],
  ['Ngã ba Đồng Đăng', 'Việt Hưng', 'free-flow-day'],
  ['Ngã ba Đại Yên', 'Đại Yên', 'free-flow-night'],
  ['Ngã tư Bạch Đằng – 25 Tháng 4', 'Bạch Đằng', 'red-light-queue'],
  ['Ngã tư Trần Phú – Cao Xanh', 'Cao Xanh', 'free-flow-day'],
  ['Ngã ba Cầu Bang', 'Hà Khánh', 'free-flow-day'],
  ['Ngã tư Nguyễn Văn Cừ – Lý Thường Kiệt', 'Hồng Hà', 'free-flow-night'],
  ['Ngã ba Hà Lầm', 'Hà Lầm', 'free-flow-rain'],
  ['Ngã ba Hà Tu', 'Hà Tu', 'free-flow-day'],
  ['Ngã ba Hà Phong', 'Hà Phong', 'free-flow-night'],
  ['Ngã tư Trới', 'Hoành Bồ', 'red-light-queue'],
  ['Ngã tư Lê Thánh Tông – Long Tiên', 'Hồng Gai', 'free-flow-day'],
  ['Ngã ba Bến Tàu', 'Hồng Gai', 'free-flow-rain'],
  ['Ngã tư Trần Hưng Đạo – Văn Lang', 'Trần Hưng Đạo', 'red-light-queue'],
  ['Ngã ba Hà Trung', 'Hà Trung', 'free-flow-day'],
  ['Ngã tư Trần Quốc Nghiễn – Hải Phúc', 'Hồng Hải', 'free-flow-night'],
];

/** What the other cameras show, more of the quiet ones. */
const otherScenes = [
  'free-flow-day',
  'free-flow-day',
  'red-light-queue',
  'free-flow-rain',
  'free-flow-night',
  'stopped-on-shoulder',
];

/** mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seeded(20);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
const near = (centre: number): string => (centre + (random() + random() - 1) * 0.009).toFixed(5);
const clip = (scene: string): string => `test-fixtures/scenes/${scene}/clip.mp4`;
const place = (ward: Ward): string =>
  `{latitude: ${near(ward.latitude)}, longitude: ${near(ward.longitude)}, heading: ${Math.floor(random() * 36) * 10}}`;

const lines: string[] = [
  '# Hạ Long, as a demonstration: streets, wards and rough coordinates are real; the cameras and their owners are not.',
  '# Every camera is simulated: the program serves the clip itself, over RTSP on loopback. Written by',
  '# scripts/make-demo-streams.ts; what may stand here is in docs/ref/configuration.md, `ngatu check` finds mistakes.',
  '',
  'site:',
  '  name: Hạ Long',
  '  timezone: Asia/Ho_Chi_Minh',
  '  map: {latitude: 20.957, longitude: 107.06, zoom: 13}',
  '',
  'domains:',
  ...departments.map((department) => `  ${department.id}: {name: "${department.name}"}`),
  '',
  'templates:',
  '  junction:',
  '    domain: giao-thong',
  '    analysis:',
  '      model: nanodet-g',
  '      picturesPerSecond: 5',
  '',
  'cameras:',
  '  # The junctions that are watched.',
];

let number = 0;
const id = (prefix: string): string => `${prefix}-${String(++number).padStart(3, '0')}`;

for (const [name, wardName, scene] of junctions) {
  const ward = wards.find((one) => one.name === wardName)!;
  lines.push(
    `  - id: ${id('gt')}`,
    `    name: "${name}"`,
    '    template: junction',
    `    location: ${place(ward)}`,
    `    simulate: ${clip(scene)}`,
    `    analysis: {scene: test-fixtures/scenes/${scene}/scene.yaml}`,
  );
}

const taken = new Set(junctions.map(([name]) => name));
for (const department of departments) {
  lines.push(`  # ${department.name}.`);
  if (department.id !== 'giao-thong') number = 0;
  while (number < department.cameras) {
    const ward = pick(wards);
    const plain = `${pick(department.views).replace('$', pick(ward.streets))}, ${ward.name}`;
    let name = plain;
    for (let again = 2; taken.has(name); again++) name = `${plain} (${again})`;
    taken.add(name);
    const what = `id: ${id(department.prefix)}, name: "${name}", domain: ${department.id}`;
    lines.push(`  - {${what}, location: ${place(ward)}, simulate: ${clip(pick(otherScenes))}}`);
  }
}

process.stdout.write(`${lines.join('\n')}\n`);
