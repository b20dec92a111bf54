import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Compiled code is kept beside the packages: a quicker start, and 40 MB less for the database's threads.
// The environment carries the folder to the processes and threads that this one starts.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../node_modules/.cache/compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);

const { runProgram } = await import('./app/program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
