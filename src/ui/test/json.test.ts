import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compact, endOfValue, entriesOf, flawOf, kindOf, pretty, read, textOf } from '../src/json';

const RAW = new Set(['input', 'Input']);

test('reads what JSON.parse reads, but for the values of callers', () => {
  const text = '{"a":[1,-2.5e3,true,null,"x\\"y\\\\",{}],"input":{"n":12345678901234567890},"z":{"Input": [ 1 ,2 ] }}';
  assert.deepEqual(read(text, RAW), {
    a: [1, -2500, true, null, 'x"y\\', {}],
    input: '{"n":12345678901234567890}',
    z: { Input: '[ 1 ,2 ]' },
  });
});

test('a member named __proto__ is a member', () => {
  const value = read('{"__proto__":{"x":1}}', RAW) as Record<string, unknown>;
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test('damaged text is no answer', () => {
  for (const text of ['{"a"', '{"a" 1}', '[1 2]', '{a:1}', '']) {
    assert.throws(() => read(text, RAW), text);
  }
});

test('numbers keep their digits', () => {
  assert.equal(pretty('[12345678901234567890,1.10]'), '[\n  12345678901234567890,\n  1.10\n]');
  assert.deepEqual(entriesOf('{"n":0.1000,"m":9007199254740993}'), [
    { key: 'n', raw: '0.1000' },
    { key: 'm', raw: '9007199254740993' },
  ]);
});

test('a value that nests a hundred thousand deep is taken apart a level at a time', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  assert.equal(endOfValue(deep, 0), deep.length);
  assert.equal(entriesOf(deep)[0]?.raw.length, deep.length - 2);
});

test('strings with quotes, backslashes and brackets end where they end', () => {
  const text = String.raw`{"a\"}]":"\\","b":"]}\\\"","c":[1]}`;
  assert.deepEqual(
    entriesOf(text).map((entry) => entry.key),
    ['a"}]', 'b', 'c'],
  );
});

test('kinds', () => {
  assert.deepEqual(['{}', ' [1]', '"x"', '-1', 'true', 'null'].map(kindOf), ['object', 'array', 'string', 'number', 'boolean', 'null']);
});

test('pretty stops where it is told to, and shows empty ones as such', () => {
  assert.equal(pretty('{"a":[],"b":{ }}'), '{\n  "a": [],\n  "b": {}\n}');
  assert.ok(pretty(`["${'x'.repeat(1000)}"]`, 100).length <= 110);
});

test('compact leaves spaces in strings alone', () => {
  assert.equal(compact('{ "a b" : [ 1 , "c d" ] }'), '{"a b":[1,"c d"]}');
});

test('what is no JSON is told so', () => {
  assert.equal(flawOf('{"a":1}'), '');
  assert.notEqual(flawOf('{a:1}'), '');
  assert.equal(textOf('"damaged'), '"damaged');
});
