import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff } from '../src/diff';

test('equal values differ nowhere, however they are written', () => {
  assert.deepEqual(diff('{"a":[1,2]}', ' { "a" : [1, 2] } '), []);
});

test('changes name the place', () => {
  assert.deepEqual(diff('{"a":1,"b":[1,2],"c d":null}', '{"a":2,"b":[1,2,3],"e":"x"}'), [
    { path: '$.a', before: '1', after: '2' },
    { path: '$.b[2]', after: '3' },
    { path: '$["c d"]', before: 'null' },
    { path: '$.e', after: '"x"' },
  ]);
});

test('numbers that JSON.parse would take for equal differ', () => {
  assert.equal(diff('9007199254740993', '9007199254740992').length, 1);
});

test('another kind is a change of the whole', () => {
  assert.deepEqual(diff('{"a":[]}', '{"a":{}}'), [{ path: '$.a', before: '[]', after: '{}' }]);
});

test('at most so many', () => {
  const many = JSON.stringify(Array.from({ length: 1000 }, (_, i) => i));
  assert.equal(diff(many, '[]', 10).length, 10);
});
