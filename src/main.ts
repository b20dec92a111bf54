import { runProgram } from './app/program.ts';

process.exitCode = await runProgram(process.argv.slice(2));
