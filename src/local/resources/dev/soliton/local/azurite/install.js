'use strict';

// Runs `npm ci` in a folder, and takes it down with all its children when standard input closes, which it does
// whenever the process that started this one ends, however it ends.
//
//   node install.js <folder with package.json and package-lock.json>

const { spawn, spawnSync } = require('child_process');

const windows = process.platform === 'win32';
const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-progress'], {
  cwd: process.argv[2],
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: !windows, // its own process group, so that it can be ended whole
  shell: windows, // npm is a command file there
});
npm.on('error', (error) => {
  console.error(`npm does not start: ${error.message}`);
  process.exit(127);
});
npm.on('exit', (code) => process.exit(code === null ? 1 : code));

function stop() {
  if (npm.pid !== undefined) {
    if (windows) {
      spawnSync('taskkill', ['/pid', String(npm.pid), '/t', '/f']);
    } else {
      try {
        process.kill(-npm.pid, 'SIGKILL');
      } catch (gone) {
        // it has ended by itself
      }
    }
  }
  process.exit(1);
}
process.stdin.on('end', stop);
process.stdin.on('close', stop);
process.stdin.on('error', stop);
process.stdin.resume();
