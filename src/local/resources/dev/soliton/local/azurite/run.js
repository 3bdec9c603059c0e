'use strict';

// Runs Azurite in this process until standard input closes, which it does whenever the process that started
// this one ends, however it ends. Signals of a terminal go to the whole process group: they are left to the
// starter, which has to stop the host before the storage.
//
//   node run.js <folder with node_modules> <Azurite's own arguments...>

const http = require('http');
const path = require('path');

const GRACE_MILLIS = 10_000;
const KEEP_ALIVE_MILLIS = 60_000;

const [node, , installation, ...options] = process.argv;
const azurite = path.join(installation, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js');

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) {
  process.on(signal, () => {});
}
const once = process.once;
process.once = function (event, listener) {
  return signals.includes(event) ? process : once.call(process, event, listener);
};

// The starter may be gone, with the reading end of these pipes, before the data are written down.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

// By default an idle connection is closed after five seconds. A request that its client sends on it in that moment fails
// without an answer, and the client cannot tell whether it was carried out: the service keeps connections for minutes.
// Azurite has options for that, of which only the one for queues has an effect.
const listen = http.Server.prototype.listen;
http.Server.prototype.listen = function (...args) {
  this.keepAliveTimeout = KEEP_ALIVE_MILLIS;
  return listen.apply(this, args);
};

// Once a minute Azurite removes what is left of deleted messages. It does so one by one, and sorts its index of all of them
// anew for each: after some thousand messages it answers nobody for many seconds. Removed by itself, each is cheap.
const extents = require(path.join(path.dirname(azurite), 'common', 'persistence', 'LokiExtentMetadataStore.js'));
extents.default.prototype.deleteExtent = async function (id) {
  const collection = this.db.getCollection(this.EXTENTS_COLLECTION);
  const extent = collection.findOne({ id });
  if (extent) {
    collection.remove(extent);
  }
};

// Azurite turns each piece of a message's or a row's text into characters by itself. A character whose bytes come in two
// pieces is lost. A transaction is put together before that.
for (const service of ['queue', 'table']) {
  const adapter = require(path.join(path.dirname(azurite), service, 'generated', 'ExpressRequestAdapter.js'));
  const bodyOf = adapter.default.prototype.getBodyStream;
  adapter.default.prototype.getBodyStream = function () {
    const isTransaction = (this.getHeader('content-type') ?? '').startsWith('multipart/');
    return isTransaction ? bodyOf.call(this) : bodyOf.call(this).setEncoding('utf8');
  };
}

require('./partitions.js').install(azurite);

let stopping = false;
function stop() {
  if (stopping) {
    return;
  }
  stopping = true;
  if (!process.emit('message', 'shutdown')) {
    process.exit(0); // nothing is served yet
  }
  setTimeout(() => process.exit(1), GRACE_MILLIS).unref();
}
process.stdin.on('end', stop);
process.stdin.on('close', stop);
process.stdin.on('error', stop);
process.stdin.resume();

process.argv = [node, azurite, ...options];
require(azurite);
