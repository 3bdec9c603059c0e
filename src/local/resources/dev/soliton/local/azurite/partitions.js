'use strict';

// Azurite looks through all rows of a table for each query, also where the query asks for one partition, which the
// service finds at once. With some ten thousand rows nearly all of its time goes there. Here such a query looks through
// the rows of its partition only. Which of them match, in which order they come, and where a page ends is Azurite's
// decision as before.

const path = require('path');

/** @type {WeakMap<object, Map<string, Set<number>>>} of each table, the rows of each partition by their numbers */
const indexes = new WeakMap();

function indexOf(table) {
  let index = indexes.get(table);
  if (!index) {
    index = new Map();
    const add = row => {
      const rows = index.get(row.PartitionKey);
      if (rows) {
        rows.add(row.$loki);
      } else {
        index.set(row.PartitionKey, new Set([row.$loki]));
      }
    };
    const remove = row => {
      const rows = index.get(row.PartitionKey);
      if (rows && rows.delete(row.$loki) && rows.size === 0) {
        index.delete(row.PartitionKey);
      }
    };
    table.data.forEach(add);
    table.on('insert', inserted => (Array.isArray(inserted) ? inserted : [inserted]).forEach(add));
    table.on('delete', remove);
    indexes.set(table, index);
  }
  return index;
}

/** What the tree of a filter requires the partition key to be; undefined if it leaves that open. */
function partitionOf(tree) {
  if (tree.name === 'and') {
    return partitionOf(tree.left) ?? partitionOf(tree.right);
  }
  const isText = tree.name === 'eq' && tree.right.name === 'constant' && typeof tree.right.value === 'string';
  return isText && tree.left.identifier === 'PartitionKey' ? tree.right.value : undefined;
}

exports.install = azurite => {
  const persistence = path.join(path.dirname(azurite), 'table', 'persistence');
  const parse = require(path.join(persistence, 'QueryInterpreter', 'QueryParser.js')).default;
  const store = require(path.join(persistence, 'LokiTableMetadataStore.js')).default.prototype;
  const query = store.queryTableEntities;

  const partitionAskedFor = filter => {
    try {
      return filter ? partitionOf(parse(filter)) : undefined;
    } catch (invalid) {
      return undefined; // Azurite says what is wrong with it
    }
  };

  store.queryTableEntities = function (context, account, table, options, ...from) {
    const partition = partitionAskedFor(options.filter);
    if (partition === undefined) {
      return query.call(this, context, account, table, options, ...from);
    }
    const narrowed = Object.create(this);
    narrowed.getEntityCollection = (...name) => {
      const rows = this.getEntityCollection(...name);
      return {
        chain: () => {
          const found = rows.chain();
          found.filteredrows = [...(indexOf(rows).get(partition) ?? [])].map(number => rows.get(number, true)[1]);
          found.filterInitialized = true;
          return found;
        },
      };
    };
    return query.call(narrowed, context, account, table, options, ...from);
  };
};
