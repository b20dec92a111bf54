import * as THREE from 'three';
import type { Body, Mover } from '../../traffic/motion.ts';
import { pedestrian } from '../people/pedestrian.ts';
import { seeded } from '../seeded.ts';
import { outermost } from '../truth/outermost.ts';
import { bicycle } from './bicycle.ts';
import { bus } from './bus.ts';
import { car } from './car.ts';
import { addGroundLight, type GroundLight } from './ground-light.ts';
import type { Maker, Model, Weather } from './model.ts';
import { motorbike } from './motorbike.ts';
import { truck } from './truck.ts';

const makers: Readonly<Record<Body, Maker>> = {
  hatchback: car,
  sedan: car,
  suv: car,
  pickup: car,
  van: car,
  minibus: bus,
  bus,
  'box-truck': truck,
  'tarpaulin-truck': truck,
  'open-truck': truck,
  motorbike,
  bicycle,
  pedestrian,
};

/** One road user as drawn, and the points that span its outline. */
export interface Drawn {
  readonly mover: Mover;
  readonly root: THREE.Group;
  /** Outermost points in the root's own frame, x y z after one another. */
  readonly outline: Float32Array;
}

interface Member {
  readonly model: Model;
  readonly ground: GroundLight;
  readonly outline: Float32Array;
  travelled: number;
  seconds: number;
}

/** All road users of a scene: made when they enter, freed when they leave. */
export class Fleet {
  readonly group = new THREE.Group();
  readonly #members = new Map<number, Member>();
  readonly #weather: Weather;
  readonly #night: boolean;

  constructor(weather: Weather, night: boolean) {
    this.#weather = weather;
    this.#night = night;
  }

  place(movers: readonly Mover[], seconds: number): Drawn[] {
    const present = new Set(movers.map(({ id }) => id));
    for (const [id, member] of this.#members) if (!present.has(id)) this.#remove(id, member);
    return movers.map((mover) => {
      const member = this.#members.get(mover.id) ?? this.#add(mover, seconds);
      this.#pose(member, mover, seconds);
      return { mover, root: member.model.root, outline: member.outline };
    });
  }

  #add(mover: Mover, seconds: number): Member {
    const model = makers[mover.body](seeded(mover.seed), mover.body, this.#weather);
    const outline = outermost(model.root);
    scaleTo(model.root, outline, mover);
    const ground = addGroundLight(mover, this.#night);
    model.root.rotation.order = 'YZX';
    this.group.add(model.root, ground.group);
    const member: Member = { model, ground, outline, travelled: 0, seconds };
    this.#members.set(mover.id, member);
    return member;
  }

  #pose(member: Member, mover: Mover, seconds: number): void {
    const { model, ground } = member;
    member.travelled += mover.speed * Math.max(0, seconds - member.seconds);
    member.seconds = seconds;
    const { root } = model;
    root.position.set(mover.x, 0, -mover.y);
    root.rotation.set(-mover.lean, mover.heading, -mover.pitch);
    root.updateMatrixWorld(true);
    for (const { wheels, radius } of model.axles) wheels.rotation.z = -member.travelled / radius;
    model.pose?.({ speed: mover.speed, travelled: member.travelled });
    const blink = seconds % 0.72 < 0.36;
    const { indicator } = mover;
    model.lamps?.set({
      night: this.#night,
      braking: mover.braking,
      left: blink && (indicator === 'left' || indicator === 'hazard'),
      right: blink && (indicator === 'right' || indicator === 'hazard'),
    });
    ground.place(mover);
  }

  #remove(id: number, { model, ground }: Member): void {
    this.group.remove(model.root, ground.group);
    model.root.traverse((part) => {
      if (part instanceof THREE.Mesh) part.geometry.dispose();
    });
    this.#members.delete(id);
  }
}

/** The simulation says how big everybody is; a vehicle that differs is stretched to it. Two-wheelers keep their own size. */
function scaleTo(root: THREE.Group, outline: Float32Array, { length, width, height, kind }: Mover): void {
  if (kind === 'motorbike' || kind === 'bicycle' || kind === 'person') return;
  const size = new THREE.Box3().setFromArray(outline).getSize(new THREE.Vector3());
  // Mirrors and racks stick out of the width and height that a simulation knows: only half the difference is taken.
  root.scale.set(length / size.x, (height / size.y + 1) / 2, (width / size.z + 1) / 2);
}
