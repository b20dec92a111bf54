import { z } from 'zod';

/** Readonly all the way down, as records are; a schema's own types are not. */
export type Deep<T> = T extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Deep<T[Key]> }
    : T;

/** What travels, of what the program works with; what the schema does not name stays behind. */
export function encode<Schema extends z.ZodType>(
  schema: Schema,
  value: Deep<z.output<Schema>>,
): z.input<Schema> {
  return z.encode(schema, value as z.output<Schema>);
}
