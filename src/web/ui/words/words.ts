import { signal } from '@preact/signals';
import { english } from './english.ts';
import { vietnamese } from './vietnamese.ts';

export type Language = 'vi' | 'en';
export type Words = typeof vietnamese;

const KEY = 'ngatu.language';

export const language = signal<Language>(firstLanguage());

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === 'vi' || kept === 'en') return kept;
  return navigator.language.startsWith('en') ? 'en' : 'vi';
}

export function setLanguage(chosen: Language): void {
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen;
  language.value = chosen;
}

/** The words of the chosen language; read inside a component so that it changes with it. */
export function words(): Words {
  return language.value === 'vi' ? vietnamese : english;
}

function locale(): string {
  return language.value === 'vi' ? 'vi-VN' : 'en-GB';
}

export function clockTime(at: number | string): string {
  return new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date(at));
}

export function dateTime(at: number | string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(at));
}

/** `0,4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`: short enough for a tile. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const { s, min, h } = words().units;
  if (seconds < 10) return `${seconds.toFixed(1).replace('.', language.value === 'vi' ? ',' : '.')} ${s}`;
  if (seconds < 60) return `${Math.floor(seconds)} ${s}`;
  if (seconds < 3600)
    return `${Math.floor(seconds / 60)} ${min} ${String(Math.floor(seconds % 60)).padStart(2, '0')} ${s}`;
  return `${Math.floor(seconds / 3600)} ${h} ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} ${min}`;
}
