import { join, resolve } from 'node:path';

/** Where things lie in the project's own folder, wherever that is. */
export const projectFolder = resolve(import.meta.dirname, '../..');
export const modelsFolder = join(projectFolder, 'models');
export const consoleFolder = join(projectFolder, 'dist/console');
