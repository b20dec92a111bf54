/** For finding Vietnamese names on any keyboard: without tone and vowel marks, with d for đ, in small letters. */
export function searchable(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}
