import assert from "node:assert/strict";
import { test } from "node:test";
import { refund } from "../index.mjs";

test("what was charged goes back, with its tax", () => {
  assert.equal(refund(100), -119);
});
