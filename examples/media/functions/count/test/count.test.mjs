import assert from "node:assert/strict";
import { test } from "node:test";
import { changes } from "../count.mjs";

const image = (kind, size) => ({ kind: { S: kind }, size: { N: `${size}` } });

test("new files add to the totals of their kinds", () => {
  const found = changes([
    { dynamodb: { NewImage: image("image", 3) } },
    { dynamodb: { NewImage: image("film", 50) } },
    { dynamodb: { NewImage: image("image", 4) } },
  ]);

  assert.deepEqual(Object.fromEntries(found), {
    image: { files: 2, bytes: 7 },
    film: { files: 1, bytes: 50 },
  });
});

test("a file that is uploaded again counts once, with its new size", () => {
  const found = changes([{ dynamodb: { OldImage: image("image", 3), NewImage: image("image", 5) } }]);

  assert.deepEqual(Object.fromEntries(found), { image: { files: 0, bytes: 2 } });
});

test("a file that is gone is taken away", () => {
  const found = changes([{ dynamodb: { OldImage: image("sound", 9) } }]);

  assert.deepEqual(Object.fromEntries(found), { sound: { files: -1, bytes: -9 } });
});
